import type { Engine } from "@instant-ws/engine"
import type { Feed } from "./feed.js"

const CHANNEL = "$vitals"
const INTERVAL = 1000

/** Tells once a second how the server is doing, while somebody listens. The answer ends it. */
export function reportVitals(engine: Engine, feed: Feed): () => void {
  let before = { time: performance.now(), deliveries: engine.stats().deliveries }
  const report = async () => {
    const { connections, subscriptions, deliveries } = engine.stats()
    const now = { time: performance.now(), deliveries }
    const seconds = (now.time - before.time) / 1000
    const data = {
      /** Bytes. */
      memory: process.memoryUsage.rss(),
      connections,
      subscriptions,
      /** A second. */
      deliveries: Math.round((deliveries - before.deliveries) / seconds),
    }
    before = now
    if ((await engine.channels(CHANNEL)).size > 0) {
      feed("vitals", undefined, { eventClass: "vitals", data })
    }
  }
  const timer = setInterval(() => void report(), INTERVAL)
  timer.unref()
  return () => clearInterval(timer)
}
