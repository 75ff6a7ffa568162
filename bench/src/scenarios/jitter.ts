import { asCount } from "../report/units.js"
import { oursOnDisk } from "../stage/contestants.js"
import { withLive } from "../stage/live.js"
import { reckonedFigures, reckonedLines } from "./reckoned.js"
import type { Scenario } from "./scenario.js"

/** Publications a second. */
const RATE = 50
/** Cuts a second for each client. */
const CUTS_PER_CLIENT = 0.77

const CONFIG = {
  channel: { history_size: 1_000, history_ttl: "300s", force_recovery: true },
}

/** Connections break at random, and their clients come back at once and recover. */
export const jitter: Scenario = {
  name: "jitter",
  cases({ quick }) {
    const clients = quick ? 200 : 1_000
    const seconds = quick ? 6 : 20
    const cuts = CUTS_PER_CLIENT * clients
    return [
      {
        title: `${asCount(clients)} clients, ${asCount(cuts)} cuts/s for ${seconds} s, ${RATE} publishes/s`,
        figures: reckonedLines("cuts"),
        suits: (contestant) => contestant.program !== undefined && contestant !== oursOnDisk,
        measure(contestant, { placement }) {
          const shape = { clients, channels: 1, config: CONFIG }
          return withLive({ contestant, placement, ...shape }, async (live) => {
            await live.enter()
            const during = await live.publishDuring(RATE, () => live.jitter(cuts, seconds))
            const { publications, result } = during
            const reckoned = await live.settle(publications)
            return {
              figures: reckonedFigures(reckoned, { events: result, published: publications }),
              details: { ...during, reckoned },
            }
          })
        },
      },
    ]
  },
}
