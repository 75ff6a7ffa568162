import type { Browser } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { RealServer } from "../../packages/client/test/real-server.js"
import { RemoteSite } from "../../packages/server/test/remote-site.js"
import { ENGINE_KEYS, engineElsewhere } from "../engine-elsewhere.js"
import { AdminPage } from "./admin-page.js"
import { launchBrowser } from "./browser.js"
import { CuttableLine } from "./cuttable-line.js"

const SUPERUSER = { user: "superuser" }

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

/** The live events of the lobby, in a page of their own. */
class LiveLobby implements AsyncDisposable {
  readonly admin: AdminPage

  constructor(admin: AdminPage) {
    this.admin = admin
  }

  static async at(url: string): Promise<LiveLobby> {
    const lobby = new LiveLobby(await AdminPage.at(browser, url, { hash: "#/channels/%24lobby" }))
    await lobby.is("connected")
    return lobby
  }

  /** Waits until the connection is in this state. */
  async is(state: string): Promise<void> {
    await this.admin.page.locator(`[data-testid=connection][data-state=${state}]`).waitFor()
  }

  /** Keeps all states from now on. @returns what reads them */
  async watchStates(): Promise<() => Promise<readonly string[]>> {
    const states = await this.admin.page.getByTestId("connection").evaluateHandle((element) => {
      const seen: string[] = []
      new MutationObserver(() => seen.push(String(element.getAttribute("data-state")))).observe(
        element,
        { attributeFilter: ["data-state"] },
      )
      return seen
    })
    return () => states.jsonValue()
  }

  /** The texts of all events, the oldest first, once the newest is there. */
  async upTo(newest: string): Promise<readonly string[]> {
    const texts = this.admin.page.locator(".event .event-text")
    await texts.first().filter({ hasText: newest }).waitFor()
    return (await texts.allTextContents()).toReversed()
  }

  /** Waits until the page says why there is no stream. */
  async told(reason: string): Promise<void> {
    await this.is("failed")
    await this.admin.page.getByRole("alert").getByText(reason, { exact: true }).waitFor()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.admin[Symbol.asyncDispose]()
  }
}

test("what was published in an interruption comes afterwards, once and in order", async () => {
  await using server = await RealServer.start()
  await using line = await CuttableLine.to(Number(new URL(server.url).port))
  await using lobby = await LiveLobby.at(line.url)
  await server.instant.publish("lobby", "before")
  await lobby.upTo("before")
  line.cut()
  await lobby.is("reconnecting")
  for (const n of [1, 2, 3]) await server.instant.publish("lobby", `during ${n}`)
  line.mend()
  await lobby.is("connected")
  await server.instant.publish("lobby", "after")
  const all = ["before", "during 1", "during 2", "during 3", "after"]
  expect(await lobby.upTo("after")).toEqual(all)
})

describe("when the server ends", () => {
  test("the connection for now, the stream goes on where it was", async () => {
    await using server = await RealServer.start()
    await using lobby = await LiveLobby.at(server.url)
    const states = await lobby.watchStates()
    const { engine } = server.instant
    await server.instant.publish("lobby", "before")
    await lobby.upTo("before")
    await engine.disconnect(SUPERUSER, { code: 3011, reason: "force reconnect" })
    await server.instant.publish("lobby", "during")
    expect(await lobby.upTo("during")).toEqual(["before", "during"])
    await lobby.is("connected")
    expect(await states()).toEqual(["reconnecting", "connected"])
  })

  test("the connection for good, the page says why, and tries again when asked", async () => {
    await using server = await RealServer.start()
    await using lobby = await LiveLobby.at(server.url)
    await server.instant.engine.disconnect(SUPERUSER)
    await lobby.told("The stream has ended: force disconnect.")
    await lobby.admin.button("Try again").click()
    await lobby.is("connected")
    await server.instant.publish("lobby", "again")
    expect(await lobby.upTo("again")).toEqual(["again"])
  })

  test("the subscription, the page says why", async () => {
    await using server = await RealServer.start()
    await using lobby = await LiveLobby.at(server.url)
    await server.instant.engine.unsubscribe(SUPERUSER, "$lobby")
    await lobby.told("The stream has ended: server unsubscribe.")
  })
})

test("a stream outlives its tokens over one connection", async () => {
  const client = { expired_close_delay: "1s", expired_sub_close_delay: "1s" }
  await using server = await RealServer.start({ tokenLifetime: 6, engineConfig: { client } })
  await using lobby = await LiveLobby.at(server.url)
  const states = await lobby.watchStates()
  const connections = () => server.instant.engine.connections({ user: "superuser" })
  const before = await connections()
  // The tokens of the second time come after the first would have ended the connection.
  for (const n of [1, 2]) {
    await lobby.admin.page.waitForResponse("**/token")
    await server.instant.publish("lobby", `event ${n}`)
  }
  expect(await lobby.upTo("event 2")).toEqual(["event 1", "event 2"])
  expect(await connections()).toEqual(before)
  expect(await states()).toEqual([])
})

describe("when a connection has ended, and the server", () => {
  const refused = { status: 404, json: { error: { code: "unknown", message: "There is none" } } }
  const away = { status: 503, json: { error: { code: "database_away", message: "Not now" } } }

  test("refuses other tokens, the page says why", async () => {
    await using server = await RealServer.start()
    await using lobby = await LiveLobby.at(server.url)
    await lobby.admin.page.route("**/token", (route) => route.fulfill(refused))
    await server.instant.engine.disconnect(SUPERUSER, { code: 4000, reason: "for now" })
    await lobby.told("There is none")
  })

  test("can't give other tokens for a moment, the stream goes on later", async () => {
    await using server = await RealServer.start()
    await using lobby = await LiveLobby.at(server.url)
    await lobby.admin.page.route("**/token", (route) => route.fulfill(away), { times: 2 })
    await server.instant.engine.disconnect(SUPERUSER, { code: 4000, reason: "for now" })
    await server.instant.publish("lobby", "during")
    await lobby.is("reconnecting")
    expect(await lobby.upTo("during")).toEqual(["during"])
    await lobby.is("connected")
  })
})

describe(`with an engine elsewhere: ${engineElsewhere.name}`, () => {
  const config = {
    client: { allowed_origins: ["*"], token: { hmac_secret_key: ENGINE_KEYS.tokenSecret } },
    channel: {
      without_namespace: { history_size: 100, history_ttl: "600s", force_recovery: true },
    },
    http_api: { key: ENGINE_KEYS.apiKey },
  }

  test("what was missed comes once and in order, and a final end says why", async () => {
    await using engine = await engineElsewhere.start(JSON.stringify(config))
    const ask = async (method: string, body: object) => {
      const headers = { "X-API-Key": ENGINE_KEYS.apiKey, "Content-Type": "application/json" }
      const init = { method: "POST", headers, body: JSON.stringify(body) }
      expect(await (await fetch(`${engine.url}/api/${method}`, init)).json()).toHaveProperty(
        "result",
      )
    }
    const say = (message: string) => ask("publish", { channel: "$lobby", data: { message } })
    await using line = await CuttableLine.to(Number(new URL(engine.url).port))
    await using site = await RemoteSite.start(line)
    await site.instant.channels.add("lobby", { level: "users" })
    const { id } = await site.instant.users.add("superuser", {
      password: "secret",
      superuser: true,
    })
    await using lobby = await LiveLobby.at(site.url)
    await say("before")
    await lobby.upTo("before")
    line.cut()
    await lobby.is("reconnecting")
    for (const n of [1, 2, 3]) await say(`during ${n}`)
    line.mend()
    await lobby.is("connected")
    await say("after")
    const all = ["before", "during 1", "during 2", "during 3", "after"]
    expect(await lobby.upTo("after")).toEqual(all)
    await ask("disconnect", { user: id, disconnect: { code: 4500, reason: "enough" } })
    await lobby.told("The stream has ended: enough.")
  })
})
