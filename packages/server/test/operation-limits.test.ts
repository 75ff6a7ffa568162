import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import type { EmbeddedOptions } from "../src/index.js"
import { RunningServer } from "./running-server.js"

// The clock stands still, so that nothing is refilled.
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }))
afterEach(() => void vi.useRealTimers())

type Limits = NonNullable<
  NonNullable<NonNullable<EmbeddedOptions["engineConfig"]>["client"]>["limits"]
>

/** How many of 1100 calls are answered that a user makes at once, over so many connections. */
async function answered(limits: Limits | undefined, connections: number): Promise<number> {
  await using running = await RunningServer.start({
    engineConfig: { rpc: { ping: { enabled: true } }, ...(limits && { client: { limits } }) },
  })
  const { ws_token: token } = await (await running.signedIn("user")).tokens()
  const clients = Array.from({ length: connections }, () => running.client({ token }))
  for (const client of clients) {
    client.connect()
    await client.ready()
  }
  const calls = Array.from({ length: 1100 }, (_, n) => clients[n % connections]?.rpc("ping", {}))
  const outcomes = await Promise.allSettled(calls)
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: 111 })
  }
  return outcomes.filter(({ status }) => status === "fulfilled").length
}

describe("operations a second", () => {
  test.each([
    { what: "of a connection are limited", limits: undefined, connections: 1, most: 256 },
    { what: "of a user are limited", limits: undefined, connections: 10, most: 1024 },
    {
      what: "have the site's own limit, and ours beside it",
      limits: { rpc: { per_connection: 50 }, publish: { per_user: 1 } },
      connections: 1,
      most: 50,
    },
    {
      what: "have no limit where the site wants none",
      limits: { rpc: { per_connection: 0, per_user: 0 } },
      connections: 2,
      most: 1100,
    },
  ])("$what", async ({ limits, connections, most }) => {
    expect(await answered(limits, connections)).toBe(most)
  })
})
