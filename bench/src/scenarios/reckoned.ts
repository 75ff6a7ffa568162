import {
  count,
  type Figure,
  type Figures,
  figuresOf,
  latency,
  loadShare,
} from "../report/figure.js"
import type { Reckoned } from "../stage/live.js"

/** The lines of a table for clients that account for every publication. @param events What happens to them. */
export function reckonedLines(events: string): readonly Figure[] {
  return figuresOf("what clients had", "live", [
    count("events", events),
    count("published", "published"),
    count("received", "received"),
    { ...count("missing", "missing"), better: "less" },
    { ...count("twice", "twice"), better: "less" },
    count("recovered", "recoveries"),
    count("unrecovered", "recoveries refused"),
    latency("p50"),
    latency("p99"),
    loadShare,
  ])
}

/** The figures of these lines. */
export function reckonedFigures(
  reckoned: Reckoned,
  happened: { readonly events: number; readonly published: number },
): Figures {
  return {
    "live.events": happened.events,
    "live.published": happened.published,
    "live.received": reckoned.received,
    "live.missing": reckoned.missing,
    "live.twice": reckoned.twice,
    "live.recovered": reckoned.recovered,
    "live.unrecovered": reckoned.unrecovered,
    "live.p50": reckoned.p50,
    "live.p99": reckoned.p99,
    "live.load": reckoned.generatorShare,
  }
}
