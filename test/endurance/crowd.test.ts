import { expect, test } from "vitest"
import { ListenerProcesses } from "./load-processes.js"
import { publish, SteadyPublisher } from "./publishing.js"
import { report, timings } from "./report.js"
import { ServedEngine } from "./served-engine.js"
import { size, TIMEOUT } from "./size.js"
import { faultless } from "./verdict.js"

const { clients, processes, live, publicationsPerSecond } = size.crowd
const channels = Array.from({ length: 10 }, (_, index) => `crowd-${index}`)
/** So many publications each of the crowd misses. */
const MISSED = 5

test("a crowd that comes back at once is all let in, and recovers", {
  timeout: TIMEOUT,
}, async () => {
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
  const listening = { kind: "lean", clients: live, processes: 1, channels: ["live"] } as const
  await using others = await ListenerProcesses.start(engine, listening)
  await using crowd = await ListenerProcesses.start(engine, {
    kind: "lean",
    clients,
    processes,
    channels,
  })
  const publisher = new SteadyPublisher(engine, ["live"], publicationsPerSecond)
  await crowd.leave()
  for (const channel of channels) {
    for (let n = 1; n <= MISSED; n++) {
      await publish(engine, { channel, data: { n, at: 0 }, key: `${channel} ${n}` })
    }
  }
  const before = await others.latencies()
  const back = await crowd.return()
  const during = await others.latencies()
  const judged = await crowd.judge(new Map(channels.map((channel) => [channel, MISSED])))
  const bystanders = await others.judge(await publisher.stop())
  const { refused, failed } = judged
  report(
    "crowd",
    `${clients} clients back after ${timings(back.entries)}, with ${refused} answers 503 and ` +
      `${failed} other failures; ${live} live subscribers before: ${timings(before.entries)}; ` +
      `during: ${timings(during.entries)}`,
  )
  const well = { verdict: faultless, stranded: 0, unrecovered: 0, lost: 0 }
  expect(judged).toMatchObject(well)
  expect(bystanders).toMatchObject(well)
  expect(back.count).toBe(clients)
  expect(engine.isRunning).toBe(true)
})
