import { setTimeout } from "node:timers/promises"
import {
  cpuPer,
  type Figure,
  type Figures,
  figuresOf,
  latency,
  loadShare,
  perSecond,
} from "../report/figure.js"
import { asCount } from "../report/units.js"
import { type Flood, withApiStage } from "../stage/api-stage.js"
import { oursOnDisk } from "../stage/contestants.js"
import type { Scenario } from "./scenario.js"

/** Keep-alive connections of the backend. */
const CONNECTIONS = 8
/** Publications a second at a steady rate. */
const STEADY_RATE = 2_000
const WARM_UP_SECONDS = 2

/** `publish` over the HTTP API, to a channel with one subscriber. */
export const api: Scenario = {
  name: "api",
  cases: ({ quick }) => [
    {
      title: `publish over ${CONNECTIONS} keep-alive connections, 1 subscriber`,
      figures: [
        ...figuresOf(`at ${asCount(STEADY_RATE)} publishes/s`, "steady", lines),
        ...figuresOf("as fast as answers come", "closed", [perSecond("publishes"), ...lines]),
      ],
      suits: (contestant) => contestant.program !== undefined && contestant !== oursOnDisk,
      measure: (contestant, { placement }) =>
        withApiStage({ contestant, placement }, async (stage) => {
          const seconds = quick ? 2 : 4
          await stage.flood({ connections: CONNECTIONS, seconds: WARM_UP_SECONDS })
          await setTimeout(100)
          const steady = { connections: CONNECTIONS, seconds, rate: STEADY_RATE }
          return {
            figures: {
              ...figuresFrom("steady", await stage.flood(steady)),
              ...figuresFrom("closed", await stage.flood({ connections: CONNECTIONS, seconds })),
            },
          }
        }),
    },
  ],
}

const lines: readonly Omit<Figure, "section">[] = [
  cpuPer("publish"),
  latency("p50"),
  latency("p99"),
  loadShare,
]

function figuresFrom(prefix: string, flood: Flood): Figures {
  return {
    [`${prefix}.rate`]: flood.perSecond,
    [`${prefix}.cpu`]: flood.cpuPerPublish,
    [`${prefix}.p50`]: flood.p50,
    [`${prefix}.p99`]: flood.p99,
    [`${prefix}.load`]: flood.generatorShare,
  }
}
