import { setTimeout } from "node:timers/promises"
import { asCount } from "../report/units.js"
import { type Live, withLive } from "../stage/live.js"
import { reckonedFigures, reckonedLines } from "./reckoned.js"
import type { Scenario } from "./scenario.js"

const CLIENTS = 100
/** Publications a second. */
const RATE = 100
const KILLS = 3

/** More than is published in a whole run. */
const CONFIG = {
  channel: { history_size: 10_000, history_ttl: "600s", force_recovery: true },
}

/**
 * The server's process is killed three times while a backend publishes, which tries again with the same
 * idempotency key until it is acknowledged, and the clients come back as soon as they can.
 */
export const restart: Scenario = {
  name: "restart",
  cases({ quick }) {
    const seconds = quick ? 8 : 30
    return [
      {
        title: `kill -9 ×${KILLS} in ${seconds} s, ${RATE} publishes/s, ${asCount(CLIENTS)} clients`,
        figures: reckonedLines("kills"),
        suits: (contestant) => contestant.program !== undefined,
        measure(contestant, { placement }) {
          const shape = { clients: CLIENTS, channels: 1, config: CONFIG }
          return withLive({ contestant, placement, ...shape }, async (live) => {
            await live.enter()
            const { publications, retries, result } = await live.publishDuring(RATE, () =>
              killAgainAndAgain(live, seconds),
            )
            const reckoned = await live.settle(publications)
            return {
              figures: reckonedFigures(reckoned, { events: KILLS, published: publications }),
              details: { publications, retries, millisUntilHealthy: result, reckoned },
            }
          })
        },
      },
    ]
  },
}

/** Evenly spread; resolves to how long each took until the server was healthy again, in milliseconds. */
async function killAgainAndAgain(live: Live, seconds: number): Promise<readonly number[]> {
  const away: number[] = []
  const end = performance.now() + seconds * 1000
  const pause = (seconds * 1000) / (KILLS + 1)
  for (let kill = 1; kill <= KILLS; kill++) {
    await setTimeout(Math.max(0, end - (KILLS + 1 - kill) * pause - performance.now()))
    const start = performance.now()
    await live.server.crash()
    away.push(performance.now() - start)
  }
  await setTimeout(Math.max(0, end - performance.now()))
  return away
}
