import { createServer, type RequestListener, type Server } from "node:http"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import {
  type EngineElsewhere,
  engineElsewhere,
  startEngineElsewhere,
} from "../../../test/engine-elsewhere.js"
import { EngineError } from "../src/index.js"
import { refusalOf } from "./browser.js"
import { EventQueue } from "./event-queue.js"
import type { Received } from "./realtime.js"
import { RemoteSite } from "./remote-site.js"

describe(`a site whose engine is elsewhere: ${engineElsewhere.name}`, () => {
  let engine: EngineElsewhere
  let site: RemoteSite

  beforeAll(async () => {
    engine = await startEngineElsewhere()
    site = await RemoteSite.start(engine)
  })
  afterAll(async () => {
    await site[Symbol.asyncDispose]()
    await engine[Symbol.asyncDispose]()
  })

  /** A stock client of somebody, subscribed to `$users`. */
  async function listening(name: string) {
    const browser = await site.signedIn(name)
    const tokens = await browser.tokens()
    const token = tokens.channels.find((channel) => channel.name === "$users")?.token ?? ""
    const received = new EventQueue<Received>()
    const client = site.client(tokens.ws_token)
    const subscription = client.newSubscription("$users", { token })
    client.on("publication", received.push)
    subscription.on("publication", received.push)
    subscription.subscribe()
    client.connect()
    await subscription.ready(5_000)
    return { browser, tokens, client, subscription, received }
  }

  test("tells clients where to connect, and leaves the paths of the engine alone", async () => {
    const { ws_url } = await (await site.signedIn("user")).tokens()
    expect(ws_url).toBe(engine.url.replace("http", "ws"))
    const response = await fetch(`${site.url}/connection/websocket`)
    expect([response.status, await response.text()]).toEqual([404, ""])
  })

  test("publishes to those who may see it, to one user, and to all", async () => {
    const { received } = await listening("user")
    await site.instant.publish("users", "to users", { data: { id: 17 } })
    expect((await received.next()).data).toMatchObject({ message: "to users", data: { id: 17 } })
    await site.instant.publishTo("user", "to one")
    expect((await received.next()).data).toMatchObject({ channel: "@me", message: "to one" })
    await site.instant.broadcast({ target: "users", message: "to all" })
    expect((await received.next()).data.message).toBe("to all")
  })

  test("keeps who is in a channel and what was published there", async () => {
    const { client, subscription, received } = await listening("watcher")
    const result = await site.instant.publish("users", "kept")
    await received.next()
    const { instant } = site
    const { publications, position } = await instant.history("users", { limit: 1, reverse: true })
    expect(publications).toMatchObject([{ offset: position.offset, data: { message: "kept" } }])
    expect(position).toEqual(result.position)
    const users = (await instant.presence("users")).map(({ user }) => user)
    expect(users).toContain("watcher")
    const seen = Object.values((await subscription.presence()).clients)
    expect(seen.map(({ user }) => user)).toContain("watcher")
    const last = await subscription.history({ limit: 1, reverse: true })
    expect(last.publications[0]?.data).toMatchObject({ message: "kept" })
    client.disconnect()
  })

  test("ends the connections of who signs out", async () => {
    const { browser, client } = await listening("leaver")
    const ended = new Promise((resolve) => client.on("disconnected", resolve))
    expect((await browser.logout()).status).toBe(200)
    expect(await ended).toMatchObject({ code: 3503 })
    expect(await refusalOf(await browser.fetch("/instant/get_token/"))).toBe("403 not_signed_in")
  })

  test.runIf(engineElsewhere.isOurs)("refuses the tokens of who has signed out", async () => {
    const { browser, tokens } = await listening("leaver")
    await browser.logout()
    const stale = site.client(tokens.ws_token)
    const refused = new Promise((resolve) => stale.on("disconnected", resolve))
    stale.connect()
    expect(await refused).toMatchObject({ reason: "unauthorized" })
  })

  test("hears what the engine refuses, by its code", async () => {
    const { instant } = site
    await expect(instant.publish("other:x", "m")).rejects.toMatchObject({ code: 102 })
    await expect(instant.publish("", "m")).rejects.toMatchObject({ code: 107 })
  })

  test("is told that its key is another", async () => {
    await using stranger = await RemoteSite.start(engine, { apiKey: "another-key" })
    const refusal = await troubleOf(stranger.instant.publish("users", "m"))
    expect(refusal.code).toBe("unauthorized")
    expect(refusal.message).toMatch(/has another API key: give its http_api\.key/)
  })
})

describe("an engine in trouble", () => {
  const servers: Server[] = []

  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  })

  /** Something at the address of an engine. */
  async function pretend(listener: RequestListener): Promise<{ readonly url: string }> {
    const server = createServer(listener)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const address = server.address()
    if (address === null || typeof address === "string") throw new Error("not listening")
    return { url: `http://127.0.0.1:${address.port}` }
  }

  test("that is down is named with what to do, and the site signs in on", async () => {
    const { url } = await pretend(() => {})
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
    await using site = await RemoteSite.start({ url })
    const trouble = await troubleOf(site.instant.publish("users", "m"))
    expect(trouble.code).toBe("network")
    expect(trouble.message).toMatch(`The engine at ${url} is not reached: start it, or correct`)
    expect((await (await site.signedIn("user")).tokens()).channels).not.toHaveLength(0)
  })

  test("that takes too long is given up", async () => {
    const silent = await pretend(() => {})
    const halting = await pretend((_, response) => response.write('{"result":'))
    for (const engine of [silent, halting]) {
      await using site = await RemoteSite.start(engine, { timeout: 100 })
      const trouble = await troubleOf(site.instant.publish("users", "m"))
      expect(trouble.code).toBe("timeout")
      expect(trouble.message).toMatch(/does not answer within 0\.1 s/)
    }
  })

  test("that breaks off is not reached", async () => {
    const early = await pretend((request) => request.socket.destroy())
    const late = await pretend((_, response) => {
      response.write('{"result":', () => response.destroy())
    })
    for (const engine of [early, late]) {
      await using site = await RemoteSite.start(engine)
      expect((await troubleOf(site.instant.publish("users", "m"))).code).toBe("network")
    }
  })

  test("is not followed to where it sends", async () => {
    const asked: unknown[] = []
    const elsewhere = await pretend(({ headers }, response) => {
      asked.push(headers["x-api-key"])
      response.end('{"result":{}}')
    })
    const engine = await pretend((_, response) => {
      response.writeHead(307, { Location: elsewhere.url }).end()
    })
    await using site = await RemoteSite.start(engine)
    expect((await troubleOf(site.instant.publish("users", "m"))).code).toBe("bad_answer")
    expect(asked).toEqual([])
  })

  const answers = [
    ["no JSON", { status: 200, body: "<!doctype html>" }, /answers publish with no JSON/],
    ["nothing", { status: 200, body: "" }, /answers publish with no JSON/],
    [
      "JSON of no engine",
      { status: 200, body: '{"hello":1}' },
      /answers publish otherwise than an engine does/,
    ],
    ["a list", { status: 200, body: "[]" }, /answers publish otherwise than an engine does/],
    [
      "a broken position",
      { status: 200, body: '{"result":{"offset":"x"}}' },
      /otherwise than an engine does/,
    ],
    [
      "an error of no engine",
      { status: 200, body: '{"error":"no"}' },
      /otherwise than an engine does/,
    ],
    ["status 500", { status: 500, body: "{}" }, /answers publish with status 500/],
    ["status 302", { status: 302, body: "" }, /answers publish with status 302/],
    [
      "status 404",
      { status: 404, body: "" },
      /has no \/api\/publish: is that the address of an engine/,
    ],
  ] as const
  test.each(answers)("that answers %s is told from one", async (_, { status, body }, message) => {
    const engine = await pretend((_request, response) => {
      response.writeHead(status).end(body)
    })
    await using site = await RemoteSite.start(engine)
    const trouble = await troubleOf(site.instant.publish("users", "m"))
    expect(trouble.code).toBe("bad_answer")
    expect(trouble.message).toMatch(message)
  })

  test("that answers a part of a batch with something else is told from one", async () => {
    const engine = await pretend((_, response) => {
      response.end('{"replies":[{"publish":{}},{"publish":{"offset":"x"}}]}')
    })
    await using site = await RemoteSite.start(engine)
    const events = ["one", "two"].map((message) => ({ channel: "users", message }))
    const trouble = await troubleOf(site.instant.publishMany(events))
    expect([trouble.name, trouble.code]).toEqual(["EngineError", "bad_answer"])
  })
})

async function troubleOf(asked: Promise<unknown>): Promise<EngineError> {
  try {
    await asked
  } catch (error) {
    if (error instanceof EngineError) return error
    throw error
  }
  throw new Error("the engine answered")
}
