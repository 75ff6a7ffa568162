import { request } from "node:http"
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

/** A body that comes in pieces, without its length, is taken as well; so is none, as `curl -X POST` sends it. */
export async function expectBodiesInPieces({ url }: Browser): Promise<void> {
  const pieces = ['{"channel":"$users",', '"data":{"message":"in pieces"}}']
  const type = { "Content-Type": "application/json" }
  expect(await statusOf(`${url}/instant/api/publish`, { ...apiKey, ...type }, pieces)).toBe(200)
  expect(await statusOf(`${url}/instant/get_token/`, {}, [])).toBe(403)
}

/** Sends a body whose length isn't told. */
function statusOf(
  url: string,
  headers: Readonly<Record<string, string>>,
  pieces: readonly string[],
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on("error", reject)
    // Node would tell the length of no body, and say that more of it comes in pieces.
    sent.useChunkedEncodingByDefault = pieces.length > 0
    for (const piece of pieces) sent.write(piece)
    sent.end()
  })
}

/** The engine's HTTP API is where a site has an `/api` of its own, and takes an event for all users. */
export async function expectEngineApi(browser: Browser): Promise<void> {
  const body = { channel: "$users", data: { message: "by HTTP" } }
  const refused = await browser.fetch("/instant/api/publish", { body })
  expect(refused.status).toBe(401)
  const published = await browser.fetch("/instant/api/publish", { body, headers: apiKey })
  expect([published.status, await published.json()]).toMatchObject([200, { result: {} }])
}
