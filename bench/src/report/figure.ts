import { asCount, asKilobytes, asMicros, asMillis, asPercent } from "./units.js"

/** The figures of one server, by their keys; one that it hasn't got is missing. */
export type Figures = Readonly<Record<string, number>>

/** One line of a table. */
export interface Figure {
  /** By what name a case tells it. */
  readonly key: string
  readonly title: string
  /** The lines of a section stand together, under its title. */
  readonly section: string
  /** With its unit. */
  show(value: number): string
  /** Whether more of it is better, or less; absent for what is not compared. */
  readonly better?: "more" | "less"
}

/** Makes the lines of a section; their keys are `PREFIX.NAME`. */
export function figuresOf(
  section: string,
  prefix: string,
  lines: readonly Omit<Figure, "section">[],
): readonly Figure[] {
  return lines.map((line) => ({ ...line, key: `${prefix}.${line.key}`, section }))
}

/** The server's processor time for each of something. */
export function cpuPer(what: string): Omit<Figure, "section"> {
  return { key: "cpu", title: `server CPU per ${what}`, show: asMicros, better: "less" }
}

/** A latency that a share of all stays within, compared unless it belongs to different rates. */
export function latency(key: "p50" | "p95" | "p99", compared = true): Omit<Figure, "section"> {
  return { key, title: key, show: asMillis, ...(compared && { better: "less" as const }) }
}

/** How many a second. */
export function perSecond(what: string): Omit<Figure, "section"> {
  return { key: "rate", title: `${what}/s`, show: asCount, better: "more" }
}

/** How much of its core the busiest process of the load used. */
export const loadShare: Omit<Figure, "section"> = {
  key: "load",
  title: "load generator's own core",
  show: asPercent,
}

/** A plain count; not compared. */
export function count(key: string, title: string): Omit<Figure, "section"> {
  return { key, title, show: asCount }
}

/** Resident memory of the server for each connection. */
export const memoryPerConnection: Omit<Figure, "section"> = {
  key: "connection",
  title: "per connection",
  show: asKilobytes,
  better: "less",
}
