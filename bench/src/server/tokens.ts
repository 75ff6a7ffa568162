import type { Instant } from "@instant-ws/server"
import { z } from "zod"
import { Histogram } from "../histogram.js"
import { type Fetched, type SiteCommand, siteAdmin } from "./site-commands.js"

const answer = z.object({ channels: z.array(z.unknown()) })

type Order = Extract<SiteCommand, { do: "tokens" }>

const { password: PASSWORD } = siteAdmin

/** Has a user of so many channels get their tokens, from so many pages at a time. */
export async function fetchTokens(site: Instant, order: Order): Promise<Fetched> {
  const cookie = await signIn(site, order.channels)
  const latencies = new Histogram()
  const ask = () => new Request("http://site/instant/get_token/", { headers: { cookie } })
  const until = performance.now() + order.seconds * 1_000
  const usage = process.cpuUsage()
  let count = 0
  await Promise.all(
    Array.from({ length: order.callers }, async () => {
      while (performance.now() < until) {
        const before = performance.now()
        const { channels } = answer.parse(await (await site.fetch(ask())).json())
        if (channels.length < order.channels) throw new Error("a channel is missing")
        latencies.add((performance.now() - before) * 1_000)
        count++
      }
    }),
  )
  const { user, system } = process.cpuUsage(usage)
  return {
    perSecond: count / order.seconds,
    cpu: (user + system) / count,
    p50: latencies.percentile(0.5) / 1_000,
    p99: latencies.percentile(0.99) / 1_000,
  }
}

async function signIn(site: Instant, channels: number): Promise<string> {
  if ((await site.users.find("ann")) === undefined) {
    await site.users.add("ann", { password: PASSWORD })
    for (let n = 0; n < channels; n++) await site.channels.add(`channel-${n}`, { level: "users" })
  }
  const body = JSON.stringify({ username: "ann", password: PASSWORD })
  const headers = { "Content-Type": "application/json" }
  const login = new Request("http://site/instant/login/", { method: "POST", headers, body })
  const response = await site.fetch(login)
  if (!response.ok) throw new Error(`login answered ${response.status}`)
  return response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ")
}
