import { expect } from "vitest"
import type { Browser } from "./browser.js"
import { EXAMPLE_KEYS } from "./running-example.js"

/** What is ordered of every example. */
export const order = { id: 17, items: ["tea"] }

const apiKey = { "X-API-Key": EXAMPLE_KEYS.API_KEY }

/** The app's routes answer what they answered before, the names that Instant has elsewhere included. */
export async function expectOwnRoutes(browser: Browser): Promise<void> {
  const health = await browser.fetch("/health", { method: "GET" })
  expect([health.status, await health.text()]).toEqual([200, "The shop is well"])
  const added = await browser.fetch("/api/orders", { body: order })
  expect([added.status, await added.json()]).toEqual([201, order])
  const nothing = await browser.fetch("/api/publish", { body: {}, headers: apiKey })
  expect([nothing.status, await nothing.text()]).toEqual([
    404,
    expect.not.stringContaining("not_found"),
  ])
}

/** The engine's HTTP API is where a site has an `/api` of its own, and takes an event for all users. */
export async function expectEngineApi(browser: Browser): Promise<void> {
  const body = { channel: "$users", data: { message: "by HTTP" } }
  const refused = await browser.fetch("/instant/api/publish", { body })
  expect(refused.status).toBe(401)
  const published = await browser.fetch("/instant/api/publish", { body, headers: apiKey })
  expect([published.status, await published.json()]).toMatchObject([200, { result: {} }])
}
