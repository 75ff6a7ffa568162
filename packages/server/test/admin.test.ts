import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { databases } from "../../../test/databases.js"
import { AdminApi } from "./admin-api.js"
import { EventQueue } from "./event-queue.js"
import { listen } from "./realtime.js"
import { PASSWORD, RunningServer } from "./running-server.js"

describe.each(databases)("the admin on $name", (kind) => {
  let server: RunningServer
  let admin: AdminApi

  beforeAll(async () => {
    server = await RunningServer.start({}, kind)
    admin = await AdminApi.of(server)
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })

  /** The newest entries of the audit log, the oldest of them first. */
  async function newest(limit: number): Promise<readonly object[]> {
    const { entries } = await admin.ask("GET", `audit?limit=${limit}`)
    return entries.toReversed()
  }

  describe("channels", () => {
    test("are listed with how many listen", async () => {
      const tokens = await admin.browser.tokens()
      const { client } = await listen(server, tokens)
      const { channels } = await admin.ask("GET", "channels")
      expect(channels).toContainEqual({
        name: "public",
        level: "public",
        isActive: true,
        groups: [],
        subscribers: 1,
      })
      expect(channels).toContainEqual(expect.objectContaining({ name: "$staff", subscribers: 0 }))
      client.disconnect()
    })

    test("are added, changed and removed, and the log says by whom", async () => {
      const path = `channels/${encodeURIComponent("$a/b:c %d")}`
      const fields = { level: "groups", groups: ["team"], isActive: false }
      const added = await admin.ask("POST", "channels", { name: "a/b:c %d", ...fields })
      expect(added).toEqual({ name: "$a/b:c %d", ...fields, subscribers: null })
      const changed = await admin.ask("PATCH", path, { isActive: true, groups: [] })
      expect(changed).toMatchObject({ level: "groups", groups: [], isActive: true })
      expect(await admin.ask("DELETE", path)).toEqual({})
      expect(await admin.refused("DELETE", path)).toBe("404 unknown")
      expect(await admin.refused("PATCH", path, {})).toBe("404 unknown")
      const common = { id: expect.any(Number), at: expect.any(Number), actor: "root" }
      const target = "$a/b:c %d"
      expect(await newest(3)).toEqual([
        { ...common, action: "channel.add", target, details: fields },
        { ...common, action: "channel.set", target, details: { isActive: true, groups: [] } },
        { ...common, action: "channel.remove", target, details: {} },
      ])
    })

    test("take the name that goes with their level", async () => {
      await admin.ask("POST", "channels", { name: "turned", level: "public" })
      const changed = await admin.ask("PATCH", "channels/turned", { level: "staff" })
      expect(changed.name).toBe("$turned")
    })

    test.each([
      [{ name: "" }, ["name"]],
      [{}, ["name"]],
      [{ name: 1, level: "all", isActive: "yes" }, ["isActive", "level", "name"]],
      [{ name: "x", groups: ["ok", " spaced ", 3] }, ["groups[1]", "groups[2]"]],
      [{ name: "#x" }, ["name"]],
    ])("name the fields that are wrong: %j", async (body, fields) => {
      expect(Object.keys(await admin.faults("POST", "channels", body)).sort()).toEqual(fields)
    })

    test("name no more than 20 fields at once", async () => {
      const body = { name: "x", groups: Array.from({ length: 1_000 }, () => "") }
      expect(Object.keys(await admin.faults("POST", "channels", body))).toHaveLength(20)
    })

    test("are not added twice", async () => {
      const response = await admin.fetch("POST", "channels", { name: "public", level: "public" })
      expect(response.status).toBe(409)
      expect((await response.json()).error).toMatchObject({
        code: "exists",
        fields: { name: 'There is a channel "public" already' },
      })
    })
  })

  describe("what is in a channel", () => {
    test("is told: who, and what was published, page by page", async () => {
      const { client } = await listen(server, await admin.browser.tokens())
      await server.instant.publish("users", "one")
      await server.instant.publish("users", "two")
      const presence = await admin.ask("GET", "channels/%24users/presence")
      expect(presence).toEqual({
        members: [{ client: expect.any(String), user: "root" }],
        total: 1,
      })
      const path = "channels/%24users/history"
      const { publications, position } = await admin.ask("GET", `${path}?limit=1&reverse=true`)
      expect(publications).toMatchObject([{ offset: position.offset, data: { message: "two" } }])
      const { offset, epoch } = position
      const after = await admin.ask("GET", `${path}?offset=${offset - 1}&epoch=${epoch}`)
      expect(after.publications).toHaveLength(1)
      expect(await admin.refused("GET", `${path}?offset=1&epoch=wrong`)).toBe("409 engine_refused")
      client.disconnect()
    })

    test("is heard with a token, whichever channel it is", async () => {
      const { token, connectionToken } = await admin.ask("POST", "channels/nowhere/token")
      const client = server.client({ token: connectionToken })
      const subscription = client.newSubscription("nowhere", { token })
      const received = new EventQueue<{ readonly data: unknown }>()
      subscription.on("publication", received.push)
      subscription.subscribe()
      client.connect()
      await subscription.ready(5_000)
      const event = { channel: "nowhere", eventClass: "note", data: { n: 1 }, bucket: "b" }
      const { position, id } = await admin.ask("POST", "publish", event)
      expect(position).toMatchObject({ offset: 1 })
      expect((await received.next()).data).toMatchObject({
        id,
        event_class: "note",
        data: { n: 1 },
      })
      expect(await newest(2)).toMatchObject([
        { action: "channel.token", target: "nowhere", details: {} },
        { action: "publish", details: { id, eventClass: "note", bucket: "b", durable: false } },
      ])
      client.disconnect()
    })

    test("is not published without a message or data, or a channel", async () => {
      expect(Object.keys(await admin.faults("POST", "publish", { channel: "x" }))).toEqual([
        "message",
      ])
      const wrong = { channel: "", message: null, bucket: 1, durable: "yes" }
      expect(Object.keys(await admin.faults("POST", "publish", wrong)).sort()).toEqual([
        "bucket",
        "channel",
        "durable",
      ])
      const deep = `{"channel":"x","data":${"[".repeat(100_000)}${"]".repeat(100_000)}}`
      expect(await admin.faults("POST", "publish", deep)).toEqual({
        data: "It is nested too deeply to be sent",
      })
      const namespace = { channel: "nowhere:x", message: "x" }
      expect(await admin.refused("POST", "publish", namespace)).toBe("409 engine_refused")
    })
  })

  describe("accounts", () => {
    test("are added, changed and removed; no password is told or written down", async () => {
      const secret = "a secret of the test's own"
      const fields = { staff: true, superuser: false, isActive: true, groups: ["team"] }
      const added = await admin.ask("POST", "users", { name: "ann", password: secret, ...fields })
      expect(added).toEqual({ name: "ann", ...fields, hasPassword: true })
      const browser = server.browser()
      expect((await browser.login("ann", secret)).status).toBe(200)
      const changed = await admin.ask("PATCH", "users/ann", { staff: false, isActive: false })
      expect(changed).toMatchObject({ staff: false, isActive: false, hasPassword: true })
      expect((await browser.login("ann", secret)).status).toBe(403)
      await admin.ask("PATCH", "users/ann", { password: `${secret}!` })
      const { users } = await admin.ask("GET", "users")
      expect(users).toContainEqual({ ...changed })
      expect(await admin.ask("DELETE", "users/ann")).toEqual({})
      expect(await admin.refused("DELETE", "users/ann")).toBe("404 unknown")
      const entries = await newest(4)
      expect(entries).toMatchObject([
        { action: "user.add", target: "ann", details: { ...fields, password: "changed" } },
        { action: "user.set", details: { staff: false, isActive: false } },
        { action: "user.set", details: { password: "changed" } },
        { action: "user.remove", target: "ann" },
      ])
      expect(JSON.stringify([users, entries]) + server.log.join("")).not.toContain(secret)
    })

    test("without a password say so", async () => {
      await admin.ask("POST", "users", { name: "none" })
      const { users } = await admin.ask("GET", "users")
      expect(users).toContainEqual(expect.objectContaining({ name: "none", hasPassword: false }))
    })

    test.each([
      [{}, ["name"]],
      [{ name: " x" }, ["name"]],
      [{ name: "x", password: "" }, ["password"]],
      [
        { name: "x", staff: 1, superuser: "no", isActive: null, groups: "team" },
        ["groups", "isActive", "staff", "superuser"],
      ],
    ])("name the fields that are wrong: %j", async (body, fields) => {
      expect(Object.keys(await admin.faults("POST", "users", body)).sort()).toEqual(fields)
    })

    test("are not removed by themselves, and one superuser stays", async () => {
      expect(await admin.refused("DELETE", "users/root")).toBe("409 oneself")
      for (const change of [{ superuser: false }, { isActive: false }]) {
        expect(await admin.refused("PATCH", "users/root", change)).toBe("409 last_superuser")
      }
      await admin.ask("PATCH", "users/root", { superuser: true, staff: true })
      await server.instant.users.add("second", { password: PASSWORD, superuser: true })
      expect(await admin.ask("DELETE", "users/second")).toEqual({})
    })
  })

  describe("groups", () => {
    test("are listed with how many they have, added and removed", async () => {
      expect(await admin.ask("POST", "groups", { name: "crew" })).toEqual({
        name: "crew",
        users: 0,
        channels: 0,
      })
      expect(await admin.refused("POST", "groups", { name: "crew" })).toBe("409 exists")
      await server.instant.users.add("sailor", { groups: ["crew"] })
      await server.instant.users.add("captain", { groups: ["crew"] })
      await server.instant.channels.add("deck", { groups: ["crew"] })
      const { groups } = await admin.ask("GET", "groups")
      expect(groups).toContainEqual({ name: "crew", users: 2, channels: 1 })
      expect(await admin.ask("DELETE", "groups/crew")).toEqual({})
      expect(await admin.refused("DELETE", "groups/crew")).toBe("404 unknown")
      expect(Object.keys(await admin.faults("POST", "groups", { name: " x" }))).toEqual(["name"])
      expect(await newest(2)).toMatchObject([
        { action: "group.add", target: "crew" },
        { action: "group.remove", target: "crew" },
      ])
    })
  })

  test("names with what is no character are refused, and are nobody's", async () => {
    await server.instant.users.add("steward", { groups: ["galley"] })
    const odd = ["galley\0x", "galley\n", "galley\ud800"]
    for (const name of odd) {
      expect(Object.keys(await admin.faults("POST", "groups", { name }))).toEqual(["name"])
      const faults = await admin.faults("PATCH", "users/steward", { groups: [name] })
      expect(Object.keys(faults)).toEqual(["groups[0]"])
    }
    for (const [method, path] of [
      ["PATCH", "users/steward%00x"],
      ["DELETE", "users/steward%00x"],
      ["DELETE", "groups/galley%00x"],
      ["GET", "channels/public%00x/presence"],
    ] as const) {
      const body = method === "PATCH" ? { groups: [] } : undefined
      expect(await admin.refused(method, path, body)).toBe("404 unknown")
    }
    expect(await server.instant.users.find("steward")).toMatchObject({ groups: ["galley"] })
    const event = { channel: "public\0x", message: "cut", durable: true }
    expect(Object.keys(await admin.faults("POST", "publish", event))).toEqual(["channel"])
  })

  describe("the outbox", () => {
    test("shows what waits also where clients get texts", async () => {
      await using quiet = await RunningServer.start({ outbox: "off", envelope: "string" })
      const own = await AdminApi.of(quiet)
      await quiet.instant.publish("public", "waits", { durable: true, eventClass: "paid" })
      const { entries } = await own.ask("GET", "outbox")
      expect(entries).toMatchObject([{ message: "waits", eventClass: "paid" }])
    })

    test("lists events that have data alone", async () => {
      await using quiet = await RunningServer.start({ outbox: "off" })
      const own = await AdminApi.of(quiet)
      await own.ask("POST", "publish", { channel: "public", data: { n: 1 }, durable: true })
      const { entries } = await own.ask("GET", "outbox")
      expect(entries).toMatchObject([{ channel: "public", state: "waiting" }])
    })

    test("takes events, and lists what is not delivered", async () => {
      const event = { channel: "public", message: "hello", durable: true }
      const { id, position } = await admin.ask("POST", "publish", event)
      expect(position).toBeNull()
      expect(await newest(1)).toMatchObject([{ action: "publish", details: { id, durable: true } }])
      const due = new Date(Date.now() + 3_600_000)
      for (const message of ["one", "two", "three"]) {
        await server.instant.publish("public", message, { schedule: due })
      }
      const first = await admin.ask("GET", "outbox?state=scheduled&limit=2")
      expect(first.counts).toMatchObject({ scheduled: 3, failed: 0 })
      expect(first.entries[0]).toEqual({
        id: expect.any(String),
        channel: "public",
        message: "one",
        createdAt: expect.any(Number),
        dueAt: due.getTime(),
        attempts: 0,
        state: "scheduled",
        lastError: null,
      })
      const second = await admin.ask("GET", `outbox?state=scheduled&limit=2&after=${first.next}`)
      expect(second.entries).toMatchObject([{ message: "three" }])
      expect(second.next).toBeNull()
      const discarded = second.entries[0].id
      expect(await admin.ask("DELETE", `outbox/${discarded}`)).toEqual({})
      expect(await admin.refused("DELETE", `outbox/${discarded}`)).toBe("404 unknown")
      expect(await newest(1)).toMatchObject([{ action: "outbox.discard", target: discarded }])
    })

    test("has what failed tried again, one or all", async () => {
      const { received, client } = await listen(server, await admin.browser.tokens())
      const schedule = new Date(Date.now() + 3_600_000)
      const [one] = await Promise.all(
        ["first", "then", "then"].map((text) =>
          server.instant.publish("users", text, { schedule }),
        ),
      )
      await server.instant.database
        .updateTable("instant_outbox")
        .set({ state: "failed", last_error: "refused" })
        .where("channel", "=", "$users")
        .execute()
      const { entries, counts } = await admin.ask("GET", "outbox?state=failed")
      expect(entries[0]).toMatchObject({ id: one?.id, state: "failed", lastError: "refused" })
      expect(counts.failed).toBe(3)
      expect(await admin.ask("POST", "outbox/retry", { id: one?.id })).toEqual({ retried: 1 })
      expect((await received.next()).data.message).toBe("first")
      expect(await admin.refused("POST", "outbox/retry", { id: one?.id })).toBe("404 unknown")
      expect(await admin.ask("POST", "outbox/retry", {})).toEqual({ retried: 2 })
      expect((await received.next()).data.message).toBe("then")
      expect(await newest(2)).toMatchObject([
        { action: "outbox.retry", target: one?.id, details: { retried: 1 } },
        { action: "outbox.retry", target: "", details: { retried: 2 } },
      ])
      client.disconnect()
    })
  })

  test("the log is read page by page, the newest first", async () => {
    await admin.ask("POST", "groups", { name: "page-1" })
    await admin.ask("POST", "groups", { name: "page-2" })
    const [second] = (await admin.ask("GET", "audit?limit=1")).entries
    expect(second).toMatchObject({ target: "page-2" })
    const [first] = (await admin.ask("GET", `audit?limit=1&before=${second.id}`)).entries
    expect(first).toMatchObject({ target: "page-1" })
  })
})

describe("who is connected", () => {
  test("is told page by page, and can be shown out", async () => {
    await using server = await RunningServer.start()
    const admin = await AdminApi.of(server)
    const user = await server.signedIn("user")
    const { client } = await listen(server, await user.tokens())
    await listen(server, await admin.browser.tokens())
    const first = await admin.ask("GET", "connections?limit=1")
    expect(first).toMatchObject({
      connections: [{ user: "user", transport: "websocket", protocol: "json" }],
      total: 2,
    })
    const second = await admin.ask("GET", `connections?cursor=${first.cursor}`)
    expect(second).toMatchObject({ connections: [{ user: "root" }], cursor: null })
    const mine = await admin.ask("GET", "connections?user=user")
    expect(mine.connections).toHaveLength(1)
    const gone = new EventQueue<{ readonly code: number }>()
    client.on("disconnected", gone.push)
    const [{ client: id }] = mine.connections
    expect(await admin.refused("DELETE", `connections/${id}`, {})).toBe("400 invalid")
    await admin.ask("DELETE", `connections/${id}`, { user: "user" })
    expect(await gone.next()).toMatchObject({ code: 3503 })
    expect((await admin.ask("GET", "audit")).entries).toMatchObject([
      { action: "connection.disconnect", target: id, details: { user: "user" } },
    ])
  })
})

describe("how the server does", () => {
  test("is told, with the errors of the last hour by code", async () => {
    await using server = await RunningServer.start()
    const admin = await AdminApi.of(server)
    await listen(server, await admin.browser.tokens())
    await server.browser().login("root", "wrong")
    const client = server.client({ token: "none" })
    const told = new EventQueue<unknown>()
    client.on("disconnected", told.push)
    client.connect()
    await told.next()
    const { now, errors } = await admin.ask("GET", "stats")
    expect(now).toEqual({
      connections: 1,
      users: 1,
      subscriptions: expect.any(Number),
      channels: expect.any(Number),
      rss: expect.any(Number),
      uptime: expect.any(Number),
    })
    expect(errors).toContainEqual({
      kind: "http",
      code: "wrong_credentials",
      count: 1,
      text: "There is no active user with this name and password",
    })
    expect(errors).toContainEqual({
      kind: "disconnect",
      code: 3500,
      count: 1,
      text: "invalid token",
    })
  })
})
