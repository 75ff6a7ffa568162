import { z } from "zod"
import { Child } from "../process/child.js"
import { figuresOf, latency } from "../report/figure.js"
import type { Measured, Scenario, Stage } from "../scenarios/scenario.js"
import { configOf, hostOf, ours } from "../stage/contestants.js"
import { ServerProcess } from "../stage/processes.js"
import { withFolder } from "../stage/with-folder.js"
import { type Client, djangoinstant } from "./clients.js"
import { recoveredAfter } from "./recovery-commands.js"

const CHANNELS = 10
/** So many messages in each channel, while the network is away. */
const MISSED = 10
const LOSSES = 40
const QUICK_LOSSES = 10
const SECRET = "a secret of the bench, of no use to anybody"
const CONFIG = {
  client: { token: { hmac_secret_key: SECRET } },
  channel: { history_size: 100, history_ttl: "300s", force_recovery: true },
}

/** How soon a client has what it missed, once its device has a network again. */
export const recovery: Scenario<Client> = {
  name: "djangoinstant-recovery",
  cases: ({ quick }) => [
    {
      title: `${CHANNELS} channels, ${MISSED} messages missed in each`,
      figures: figuresOf("from online until every channel is complete", "online", [
        latency("p50"),
        latency("p95"),
      ]),
      suits: (client) => client === djangoinstant,
      measure: ({ name }, stage) => measure(name, stage, quick ? QUICK_LOSSES : LOSSES),
    },
  ],
}

function measure(name: string, { placement }: Stage, losses: number): Promise<Measured> {
  return withFolder(async (folder) => {
    const server = new ServerProcess(ours.name, hostOf("instant"), placement)
    const core = placement.load[0]
    const client = new Child({ name, script: "clients/recovery-client.js", core })
    try {
      const port = await server.start(configOf(ours, CONFIG, folder))
      await client.ask({ do: "open", port, channels: CHANNELS, secret: SECRET }, z.undefined())
      // The first one doesn't count: nothing is compiled yet.
      await client.ask({ do: "lose", missed: MISSED }, recoveredAfter)
      const millis: number[] = []
      for (let i = 0; i < losses; i++) {
        millis.push(await client.ask({ do: "lose", missed: MISSED }, recoveredAfter))
      }
      return {
        figures: { "online.p50": within(0.5, millis), "online.p95": within(0.95, millis) },
        details: { millis },
      }
    } finally {
      await Promise.all([server.stop(), client.stop()])
    }
  })
}

/** What this share of the values stays within. */
function within(share: number, values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
}
