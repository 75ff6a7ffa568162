import { cpuPer, figuresOf } from "../report/figure.js"
import { asCount } from "../report/units.js"
import { withBroadcast } from "../stage/broadcast.js"
import { oursOnDisk } from "../stage/contestants.js"
import type { Scenario } from "./scenario.js"
import { figuresOfMeasurement, measureSteady, steadyFigures } from "./steady.js"

/** Everybody sees who is there, and hears of each who comes. */
const PRESENCE = { presence: true, join_leave: true, force_push_join_leave: true }

/** One channel whose subscribers see each other: each who comes is told to all who are there. */
export const presence: Scenario = {
  name: "presence",
  cases({ quick }) {
    const subscribers = quick ? 200 : 1_000
    return [
      {
        title: `${asCount(subscribers)} subscribers`,
        figures: [
          ...figuresOf("until all are there", "join", [cpuPer("subscriber")]),
          ...steadyFigures(),
        ],
        suits: (contestant) => contestant.dialect === "centrifuge" && contestant !== oursOnDisk,
        measure(contestant, { placement }) {
          const config = { channel: PRESENCE }
          const options = { contestant, subscribers, placement, config }
          return withBroadcast(options, async (broadcast, { cpuPerConnection }) => {
            const steady = await measureSteady(broadcast, subscribers)
            return {
              figures: { "join.cpu": cpuPerConnection, ...figuresOfMeasurement("steady", steady) },
            }
          })
        },
      },
    ]
  },
}
