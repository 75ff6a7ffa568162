import { type Centrifuge, UnauthorizedError } from "centrifuge"
import { describe, expect, test } from "vitest"
import { type DatabaseKind, databases } from "../../../test/databases.js"
import { Queue } from "../../../test/queue.js"
import { type Instant, openStore } from "../src/index.js"
import type { Browser } from "./browser.js"
import { RunningServer } from "./running-server.js"

const FORCED = 3503

/** A page of a user: its connection, and what of it the server has ended. */
interface Page {
  readonly client: Centrifuge
  /** Names of channels, and the codes of disconnects. */
  readonly ended: Queue<string | number>
}

/** A page that is subscribed to all that its user sees, and asks for new tokens as pages do. */
async function open(server: RunningServer, browser: Browser): Promise<Page> {
  const { ws_token, channels } = await browser.tokens()
  const ended = new Queue<string | number>()
  const client = server.client({ token: ws_token })
  client.on("disconnected", ({ code }) => ended.push(code))
  const subscriptions = channels.map(({ name, token }) => {
    const subscription = client.newSubscription(name, { token })
    // Whose connection has ended hears of each subscription too.
    subscription.on("unsubscribed", ({ code }) => code !== 2 && ended.push(name))
    subscription.subscribe()
    return subscription
  })
  client.connect()
  await Promise.all([client.ready(5_000), ...subscriptions.map((each) => each.ready(5_000))])
  return { client, ended }
}

async function startShop(kind: DatabaseKind): Promise<RunningServer> {
  const server = await RunningServer.start({}, kind)
  const { channels } = server.instant
  // What the staff sees besides would end with it.
  await channels.remove("$staff")
  await channels.add("orders", { level: "staff" })
  await channels.add("news", { level: "users" })
  await channels.add("team", { level: "groups", groups: ["team"] })
  return server
}

const ann = { staff: true, groups: ["team"] }
type Change = (instant: Pick<Instant, "users" | "groups" | "channels">) => Promise<unknown>

/** What takes access from ann, and what of her page ends by it. */
const changes: ReadonlyArray<readonly [what: string, change: Change, ends: string | number]> = [
  ["a flag that is taken", ({ users }) => users.set("ann", { staff: false }), "$orders"],
  ["a group that is left", ({ users }) => users.set("ann", { groups: [] }), "$team"],
  ["a group that is removed", ({ groups }) => groups.remove("team"), "$team"],
  [
    "a group that has no channel any more",
    ({ channels }) => channels.set("team", { groups: [] }),
    "$team",
  ],
  [
    "a channel that is switched off",
    ({ channels }) => channels.set("team", { isActive: false }),
    "$team",
  ],
  ["a higher level", ({ channels }) => channels.set("news", { level: "superuser" }), "$news"],
  ["a channel that is removed", ({ channels }) => channels.remove("team"), "$team"],
  ["an account that is switched off", ({ users }) => users.set("ann", { isActive: false }), FORCED],
  ["an account that is removed", ({ users }) => users.remove("ann"), FORCED],
  ["a new password", ({ users }) => users.set("ann", { password: "another" }), FORCED],
]

describe.each(databases)("on $name", (kind) => {
  test.each(changes)("%s ends what it gave, and nothing else", async (_, change, ends) => {
    await using server = await startShop(kind)
    const page = await open(server, await server.signedIn("ann", ann))
    await change(server.instant)
    expect(await page.ended.next()).toBe(ends)
    if (ends !== FORCED) await server.instant.revoke("ann")
    if (ends !== FORCED) expect(await page.ended.next()).toBe(FORCED)
  })

  test("another process's change of the database ends it too", async () => {
    await using server = await startShop(kind)
    const page = await open(server, await server.signedIn("ann", ann))
    const store = await openStore(server.database)
    await store.users.set("ann", { staff: false })
    await store.close()
    expect(await page.ended.next()).toBe("$orders")
  })

  test("a change by a server whose clock is ahead hides none of the others'", async () => {
    await using server = await startShop(kind)
    const [ahead, right] = await Promise.all(
      ["ann", "bob"].map(async (name) => open(server, await server.signedIn(name, ann))),
    )
    const write = (user_id: string, at: number) =>
      server.instant.database
        .insertInto("instant_revocation")
        .values({ user_id, at, channel: null })
        .execute()
    await write("ann", Date.now() + 60_000)
    expect(await ahead?.ended.next()).toBe(FORCED)
    await write("bob", Date.now())
    expect(await right?.ended.next()).toBe(FORCED)
  })

  test("revoke() ends all of a user's, or one channel, and of nobody else", async () => {
    await using server = await startShop(kind)
    const [hers, his] = await Promise.all(
      ["ann", "bob"].map(async (name) => open(server, await server.signedIn(name, ann))),
    )
    await server.instant.revoke("ann", "orders")
    expect(await hers?.ended.next()).toBe("$orders")
    await server.instant.revoke("ann")
    expect(await hers?.ended.next()).toBe(FORCED)
    await server.instant.revoke("bob", "team")
    expect(await his?.ended.next()).toBe("$team")
  })

  test("whoever may see a channel still keeps it when others lose it", async () => {
    await using server = await startShop(kind)
    await server.instant.channels.set("orders", { groups: ["buyers"] })
    const staff = await open(server, await server.signedIn("ann", ann))
    const buyer = await open(server, await server.signedIn("bob", { groups: ["buyers"] }))
    await server.instant.channels.set("orders", { groups: [] })
    expect(await buyer.ended.next()).toBe("$orders")
    expect(staff.ended.rest).toEqual([])
  })

  test("tokens from before are refused as if they had run out, also by a server that starts later", async () => {
    await using server = await startShop(kind)
    const browser = await server.signedIn("ann", ann)
    const { ws_token, channels } = await browser.tokens()
    const token = channels.find(({ name }) => name === "$orders")?.token ?? ""
    await server.instant.users.set("ann", { staff: false })
    await using later = await RunningServer.start({ database: server.database, outbox: "off" })
    const asked = new Queue<string>()
    const client = later.client({ token: (await browser.tokens()).ws_token })
    const getToken = async ({ channel }: { readonly channel: string }) => {
      asked.push(channel)
      throw new UnauthorizedError("not yours any more")
    }
    const subscription = client.newSubscription("$orders", { token, getToken })
    subscription.on("unsubscribed", ({ reason }) => asked.push(reason))
    subscription.subscribe()
    client.connect()
    expect(await asked.take(2)).toEqual(["$orders", "unauthorized"])
    await server.instant.revoke("ann")
    await later.instant.channels.add("wakes the others up", { level: "users" })
    const late = later.client({ token: ws_token })
    late.on("disconnected", ({ reason }) => asked.push(reason))
    late.connect()
    expect(await asked.next()).toBe("unauthorized")
  })

  test("a change that takes nothing ends nothing", async () => {
    await using server = await startShop(kind)
    const page = await open(server, await server.signedIn("ann", ann))
    const { users, channels } = server.instant
    await users.set("ann", { groups: ["team", "more"], superuser: true })
    await channels
      .set("orders", { level: "users" })
      .then(() => channels.set("team", { groups: ["team", "x"] }))
    await server.instant.revoke("ann")
    expect(await page.ended.next()).toBe(FORCED)
  })
})

test("a site's own users lose a channel when its level rises, and get it again with new tokens", async () => {
  const user = { id: "7", name: "Ann", staff: true, superuser: false, groups: [] }
  await using server = await RunningServer.start({ authenticate: () => user })
  await server.instant.channels.add("orders", { level: "users" })
  const browser = server.browser()
  const page = await open(server, browser)
  await server.instant.channels.set("orders", { level: "staff" })
  expect(await page.ended.next()).toBe("$orders")
  expect(await browser.channels()).toContain("$orders")
  expect((await open(server, browser)).ended.rest).toEqual([])
})
