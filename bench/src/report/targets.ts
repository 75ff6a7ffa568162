import { dcrfClient } from "../clients/clients.js"
import { dispatchTitle, SUBSCRIPTIONS } from "../clients/dispatch.js"
import { fanOutTitle } from "../scenarios/fan-out.js"
import { centrifugo, ours, oursOnDisk } from "../stage/contestants.js"
import type { Summary } from "./summary.js"
import { asCount, asKilobytes, asMicros, asMillis } from "./units.js"

/** What a figure has to be. */
interface Target {
  readonly title: string
  readonly scenario: string
  /** Of a case; any of the scenario unless set. */
  readonly case?: string
  /** In the order in which they are shown. */
  readonly demands: readonly Demand[]
}

/** One condition of a target. */
interface Demand {
  /** Or client. */
  readonly server: string
  readonly key: string
  readonly bound: "at most" | "at least" | "under"
  readonly limit: number
  /** Takes the figure's place where it is missing, of either server. */
  readonly orKey?: string
  /** The figure is divided by that of this server. */
  readonly over?: string
  show(value: number): string
}

/** What came of a target. */
export interface Verdict {
  readonly target: string
  readonly limit: string
  readonly measured: string
  /** "not measured" where a figure is missing. */
  readonly met: "yes" | "no" | "not measured"
}

const toCentrifugo = { over: centrifugo.name, server: ours.name } as const
const times = (value: number): string => `${value.toFixed(2)} of Centrifugo's`

/** What this project has promised itself. */
const targets: readonly Target[] = [
  {
    title: "1,000 subscribers, 20k deliveries/s: server CPU per delivery; p99",
    scenario: "fan-out",
    case: fanOutTitle(1_000),
    demands: [
      { ...toCentrifugo, key: "steady.cpu", bound: "at most", limit: 0.75, show: times },
      { ...toCentrifugo, key: "steady.p99", bound: "at most", limit: 1, show: times },
    ],
  },
  {
    title: "1,000 subscribers: deliveries/s with p99 under 50 ms, one thread",
    scenario: "fan-out",
    case: fanOutTitle(1_000),
    demands: [
      { server: ours.name, key: "bounded.rate", bound: "at least", limit: 1e6, show: asCount },
    ],
  },
  {
    title: "10,000 subscribers: deliveries/s; with p99 under 50 ms if both have such a rate",
    scenario: "fan-out",
    case: fanOutTitle(10_000),
    demands: [
      {
        ...toCentrifugo,
        key: "bounded.rate",
        orKey: "raw.rate",
        bound: "at least",
        limit: 2,
        show: times,
      },
    ],
  },
  {
    title: "memory per connection at 10,000",
    scenario: "fan-out",
    case: fanOutTitle(10_000),
    demands: [
      {
        server: ours.name,
        key: "memory.connection",
        bound: "at most",
        limit: 12 * 1024,
        show: asKilobytes,
      },
    ],
  },
  {
    title: "connect storm: server CPU per connection; coming back",
    scenario: "storm",
    demands: [
      { ...toCentrifugo, key: "first.cpu", bound: "at most", limit: 1, show: times },
      { ...toCentrifugo, key: "return.cpu", bound: "at most", limit: 1, show: times },
    ],
  },
  {
    title: "publish over the HTTP API: server CPU per publish, steady; closed loop",
    scenario: "api",
    demands: [
      { ...toCentrifugo, key: "steady.cpu", bound: "at most", limit: 1.25, show: times },
      { ...toCentrifugo, key: "closed.cpu", bound: "at most", limit: 1.25, show: times },
    ],
  },
  {
    title: "disk broker, kill -9 ×3: missing; twice; p99",
    scenario: "restart",
    demands: onceWithin(oursOnDisk.name, 290),
  },
  {
    title: "1,000 clients cut at random: missing; twice; p99",
    scenario: "jitter",
    demands: onceWithin(ours.name, 170),
  },
  ...SUBSCRIPTIONS.map(dispatchTarget),
]

function dispatchTarget(subscriptions: number): Target {
  const title = dispatchTitle(subscriptions)
  return {
    title: `${dcrfClient.name}, ${title}: a frame, over JSON.parse`,
    scenario: "dcrf-dispatch",
    case: title,
    demands: [
      { server: dcrfClient.name, key: "dispatch.over", bound: "under", limit: 3, show: asMicros },
    ],
  }
}

function onceWithin(server: string, p99: number): readonly Demand[] {
  const none = { server, bound: "at most", limit: 0, show: asCount } as const
  return [
    { ...none, key: "live.missing" },
    { ...none, key: "live.twice" },
    { server, key: "live.p99", bound: "under", limit: p99, show: asMillis },
  ]
}

/** What came of each target whose scenario was measured. */
export function judge(summaries: readonly Summary[]): readonly Verdict[] {
  return targets
    .filter(({ scenario }) => summaries.some((one) => one.scenario === scenario))
    .map((target) => verdictOn(target, summaries))
}

function verdictOn(target: Target, summaries: readonly Summary[]): Verdict {
  const own = summaries.filter(
    (one) =>
      one.scenario === target.scenario && (target.case === undefined || one.case === target.case),
  )
  const results = target.demands.map((demand) => ({ demand, value: measuredOf(demand, own) }))
  const isKnown = results.every(({ value }) => value !== undefined)
  const isMet = results.every(({ demand, value }) => value !== undefined && keeps(demand, value))
  return {
    target: target.title,
    limit: target.demands.map(({ bound, limit, show }) => `${bound} ${show(limit)}`).join("; "),
    measured: results
      .map(({ demand, value }) => (value === undefined ? "–" : demand.show(value)))
      .join("; "),
    met: isKnown ? (isMet ? "yes" : "no") : "not measured",
  }
}

function measuredOf(
  { server, over, key, orKey }: Demand,
  own: readonly Summary[],
): number | undefined {
  const figure = (name: string, which: string): number | undefined =>
    own.find((one) => one.name === name)?.figures[which]
  for (const which of orKey === undefined ? [key] : [key, orKey]) {
    const value = figure(server, which)
    const divisor = over === undefined ? 1 : figure(over, which)
    if (value !== undefined && divisor !== undefined) return value / divisor
  }
  return undefined
}

function keeps({ bound, limit }: Demand, value: number): boolean {
  if (bound === "at least") return value >= limit
  return bound === "at most" ? value <= limit : value < limit
}
