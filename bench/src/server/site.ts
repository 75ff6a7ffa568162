import { createServer } from "node:http"
import { setTimeout } from "node:timers/promises"
import { createInstant, type Instant } from "@instant-ws/server"
import { nodeHandler } from "@instant-ws/server/node"
import { micros } from "../clock.js"
import { Histogram } from "../histogram.js"
import { answerCommands } from "../process/commands.js"
import { listen } from "./listen.js"
import {
  type Published,
  type SiteCommand,
  siteAdmin,
  siteCommand,
  siteSecrets,
} from "./site-commands.js"
import { fetchTokens } from "./tokens.js"

// A site with its engine in its own process, that publishes as its parent says.
let instant: Instant | undefined

async function handle(command: SiteCommand): Promise<unknown> {
  if (command.do === "open") {
    const { database, history } = command
    const engineConfig = history === "memory" ? { broker: { enabled: false } } : {}
    instant = await createInstant({ database, secrets: siteSecrets, engineConfig })
    return undefined
  }
  if (instant === undefined) throw new Error("the site has not been opened")
  switch (command.do) {
    case "listen":
      return serve(instant)
    case "animate":
      return animate(instant)
    case "revoke":
      return revoke(instant, command.user)
    case "tokens":
      return fetchTokens(instant, command)
    case "publish":
      return publish(instant, command)
  }
}

function serve(site: Instant): Promise<number> {
  const server = createServer(nodeHandler(site))
  site.attach(server)
  return listen(server)
}

/** Two hundred events a second. */
async function animate(site: Instant): Promise<void> {
  const { name, password, channel } = siteAdmin
  await site.users.add(name, { password, superuser: true })
  await site.channels.add(channel)
  setInterval(() => void site.publish(channel, "Something happens"), 5)
}

async function revoke(site: Instant, user: string): Promise<number> {
  const at = micros()
  await site.revoke(user)
  return at
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
