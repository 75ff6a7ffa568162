import { expect, test } from "vitest"
import { ListenerProcesses } from "./load-processes.js"
import { SteadyPublisher } from "./publishing.js"
import { report, timings } from "./report.js"
import { ServedEngine } from "./served-engine.js"
import { seeds, size, TIMEOUT } from "./size.js"
import { faultless } from "./verdict.js"

const { clients, processes, seconds, publicationsPerSecond } = size.jitter
const channels = ["c0", "c1", "c2", "c3", "c4"]
/** What the stock client has unless it is told otherwise. */
const BACK_OFF = "minReconnectDelay 500 ms, maxReconnectDelay 20 s"

test.for(seeds(1))(
  "clients that are cut again and again get everything once, in order (seed %i)",
  { timeout: TIMEOUT },
  async (seed) => {
    await using engine = await ServedEngine.start({
      channel: {
        without_namespace: {
          allow_subscribe_for_client: true,
          force_recovery: true,
          history_size: 1_000,
          history_ttl: "600s",
        },
      },
    })
    const crowd = { kind: "stock", clients, processes, channels } as const
    await using listeners = await ListenerProcesses.start(engine, crowd)
    const publisher = new SteadyPublisher(engine, channels, publicationsPerSecond)
    const returns = await listeners.jitter(seconds, seed)
    const sent = await publisher.stop()
    const stoppedAt = performance.now()
    const { verdict, stranded, unrecovered } = await listeners.judge(sent)
    const caughtUp = `all had everything ${Math.round(performance.now() - stoppedAt)} ms later`
    const publications = [...sent.values()].reduce((sum, count) => sum + count, 0)
    report(
      "jitter",
      `seed ${seed}, ${clients} clients cut ${returns.count} times, ${publications} publications; ` +
        `back after ${timings(returns.entries)} (${BACK_OFF}); ${caughtUp}`,
    )
    expect({ verdict, stranded, unrecovered }).toEqual({
      verdict: faultless,
      stranded: 0,
      unrecovered: 0,
    })
    expect(returns.count).toBeGreaterThan(0)
    expect(engine.isRunning).toBe(true)
  },
)
