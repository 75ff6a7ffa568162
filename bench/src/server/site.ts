import { setTimeout } from "node:timers/promises"
import { createInstant, type Instant } from "@instant-ws/server"
import { Histogram } from "../histogram.js"
import { answerCommands } from "../process/commands.js"
import { type Published, type SiteCommand, siteCommand } from "./site-commands.js"
import { fetchTokens } from "./tokens.js"

// A site with its engine in its own process, that publishes as its parent says.
const secrets = {
  tokenKey: "a token key of the bench, of no use to anybody",
  apiKey: "an API key of the bench, of no use to anybody",
}
let instant: Instant | undefined

async function handle(command: SiteCommand): Promise<unknown> {
  if (command.do === "open") {
    instant = await createInstant({ database: command.database, secrets })
    return undefined
  }
  if (instant === undefined) throw new Error("the site has not been opened")
  return command.do === "tokens" ? fetchTokens(instant, command) : publish(instant, command)
}

type Order = Extract<SiteCommand, { do: "publish" }>

async function publish(site: Instant, { durable, callers, seconds }: Order): Promise<Published> {
  const latencies = new Histogram()
  const event = { eventClass: "paid", data: { id: 17 } }
  const options = durable ? { ...event, durable } : event
  const usage = process.cpuUsage()
  const start = performance.now()
  const until = start + seconds * 1_000
  const counts = await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      let count = 0
      for (; performance.now() < until; count++) {
        const before = performance.now()
        await site.publish(`channel-${caller}`, "An order is paid", options)
        latencies.add((performance.now() - before) * 1_000)
      }
      return count
    }),
  )
  const count = counts.reduce((sum, each) => sum + each, 0)
  const perSecond = count / ((performance.now() - start) / 1_000)
  while (durable && (await site.outbox.stats()).waiting > 0) await setTimeout(10)
  const { user, system } = process.cpuUsage(usage)
  return {
    perSecond,
    cpu: (user + system) / count,
    p50: latencies.percentile(0.5) / 1_000,
    p99: latencies.percentile(0.99) / 1_000,
    delivered: count / ((performance.now() - start) / 1_000),
  }
}

answerCommands({ schema: siteCommand, handle, leave: async () => instant?.close() })
