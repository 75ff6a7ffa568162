import { Child } from "../process/child.js"
import { type Figure, figuresOf, perSecond } from "../report/figure.js"
import { asCount, asKilobytes, asMicros } from "../report/units.js"
import type { Case, Measured, Scenario, Stage } from "../scenarios/scenario.js"
import { dispatched, subscribed } from "./client-commands.js"
import type { Client } from "./clients.js"

/** How many are active, one case after the other. */
export const SUBSCRIPTIONS: readonly number[] = [1, 100, 10_000]
/** With fewer, the memory of one drowns in that of the client itself. */
const SHOW_MEMORY_FROM = 10_000
const SECONDS = 2
const QUICK_SECONDS = 0.3

/** How fast clients bring frames to their handlers, without any network. */
export function dispatchScenario(name: string, speaks: Client["speaks"]): Scenario<Client> {
  return {
    name,
    cases: ({ quick }) =>
      SUBSCRIPTIONS.map((subscriptions) =>
        caseOf({ speaks, subscriptions, seconds: quick ? QUICK_SECONDS : SECONDS }),
      ),
  }
}

/** The title of a case. */
export function dispatchTitle(subscriptions: number): string {
  return `${asCount(subscriptions)} active subscription${subscriptions === 1 ? "" : "s"}`
}

interface CaseOptions {
  readonly speaks: Client["speaks"]
  readonly subscriptions: number
  readonly seconds: number
}

function caseOf({ speaks, subscriptions, seconds }: CaseOptions): Case<Client> {
  return {
    title: dispatchTitle(subscriptions),
    figures,
    suits: (client) => client.speaks === speaks,
    measure: (client, stage) => measure(client, stage, { subscriptions, seconds }),
  }
}

const figures: readonly Figure[] = [
  ...figuresOf("a frame, from its text to the handler", "dispatch", [
    { ...perSecond("frames"), title: "frames/s of a core" },
    { key: "cpu", title: "CPU per frame", show: asMicros },
    { key: "parse", title: "JSON.parse of it alone", show: asMicros },
    { key: "over", title: "over JSON.parse", show: asMicros, better: "less" },
  ]),
  ...figuresOf("memory", "memory", [
    { key: "subscription", title: "a subscription", show: asKilobytes, better: "less" },
  ]),
]

async function measure(
  { name, script, args = [] }: Client,
  { placement }: Stage,
  { subscriptions, seconds }: Omit<CaseOptions, "speaks">,
): Promise<Measured> {
  const child = new Child({ name, script, args, core: placement.server })
  try {
    const { bytesPerSubscription } = await child.ask({ do: "subscribe", subscriptions }, subscribed)
    const { frames, cpu, parseCpu } = await child.ask({ do: "dispatch", seconds }, dispatched)
    return {
      figures: {
        "dispatch.rate": (frames * 1e6) / cpu,
        "dispatch.cpu": cpu / frames,
        "dispatch.parse": parseCpu / frames,
        "dispatch.over": (cpu - parseCpu) / frames,
        ...(subscriptions >= SHOW_MEMORY_FROM && { "memory.subscription": bytesPerSubscription }),
      },
      details: { frames, cpu, parseCpu, bytesPerSubscription },
    }
  } finally {
    await child.stop()
  }
}
