import { count, cpuPer, type Figure, figuresOf, latency, loadShare } from "../report/figure.js"
import { asCount, asMillis } from "../report/units.js"
import { type Contestant, oursOnDisk } from "../stage/contestants.js"
import { type CameIn, type Live, withLive } from "../stage/live.js"
import { requireDelivered } from "./require-delivered.js"
import type { Case, Measured, Scenario } from "./scenario.js"

/** The clients' channels: few enough that each misses something, and not everything. */
const CHANNELS = 100
/** What each channel gets while its subscribers are away. */
const MISSED = 3
/** Publications a second, over all channels, while they come back. */
const LIVE_RATE = 10
const SECRET = "a secret of the bench, of no use to anybody"

const CONFIG = {
  client: { allow_anonymous_connect_without_token: false, token: { hmac_secret_key: SECRET } },
  channel: { history_size: 100, history_ttl: "300s", force_recovery: true },
}

/** Everybody comes at once, with a token that is checked; then all are cut, and come back and recover. */
export const storm: Scenario = {
  name: "storm",
  cases: ({ connections }) => [caseOf(connections)],
}

function caseOf(connections: number): Case {
  return {
    title: `${asCount(connections)} connections`,
    figures: [
      ...figuresOf("all connect at once", "first", entranceFigures),
      ...figuresOf("all are cut at once, come back and recover", "return", [
        ...entranceFigures,
        count("recovered", "recovered"),
        count("missing", "missing"),
      ]),
    ],
    suits: (contestant) => contestant.program !== undefined && contestant !== oursOnDisk,
    measure(contestant, { placement }) {
      const shape = { clients: connections, channels: CHANNELS, secret: SECRET, config: CONFIG }
      return withLive({ contestant, placement, ...shape }, (live) =>
        measure(live, contestant, connections),
      )
    },
  }
}

async function measure(live: Live, contestant: Contestant, connections: number): Promise<Measured> {
  const first = await live.cpuOf(() => live.enter())
  const back = await live.cpuOf(async () => {
    await live.cut()
    await live.publish(MISSED * CHANNELS)
    return await live.publishDuring(LIVE_RATE, () => live.enter())
  })
  const { publications, result } = back.result
  const reckoned = await live.settle(publications)
  requireDelivered(contestant, reckoned)
  return {
    figures: {
      ...entranceOf("first", first.result, first.cpu / connections),
      ...entranceOf("return", result, back.cpu / connections),
      "return.recovered": result.recovered,
      "return.missing": reckoned.missing,
    },
    details: { first, back, reckoned },
  }
}

const entranceFigures: readonly Omit<Figure, "section">[] = [
  cpuPer("connection"),
  { key: "all", title: "until all are in", show: asMillis, better: "less" },
  latency("p95"),
  count("attempts", "attempts"),
  loadShare,
]

function entranceOf(prefix: string, entrance: CameIn, cpu: number): Record<string, number> {
  return {
    [`${prefix}.cpu`]: cpu,
    [`${prefix}.all`]: entrance.millis,
    [`${prefix}.p95`]: entrance.p95,
    [`${prefix}.attempts`]: entrance.attempts,
    [`${prefix}.load`]: entrance.generatorShare,
  }
}
