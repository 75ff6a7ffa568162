import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { databases, type TestDatabase } from "../../../test/databases.js"
import { openStore, type Store, StoreError } from "../src/index.js"

describe.each(databases)("on $name", (kind) => {
  let database: TestDatabase
  let store: Store

  beforeAll(async () => {
    database = await kind.make()
    store = await openStore(database.url)
  })
  afterAll(async () => {
    await store.close()
    await database[Symbol.asyncDispose]()
  })

  /** The code that a refused operation has. */
  async function codeOf(operation: Promise<unknown>): Promise<string> {
    const error = await operation.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (error instanceof StoreError) return error.code
    throw new Error("it was not refused as it should", { cause: error })
  }

  describe("a new installation", () => {
    test("has the four channels of a broadcast", async () => {
      expect(await store.channels.list()).toEqual([
        { name: "$staff", level: "staff", isActive: true, groups: [] },
        { name: "$superuser", level: "superuser", isActive: true, groups: [] },
        { name: "$users", level: "users", isActive: true, groups: [] },
        { name: "public", level: "public", isActive: true, groups: [] },
      ])
    })

    test("keeps what it has when it is opened again", async () => {
      await store.channels.add("kept", { level: "groups", groups: ["b", "a"] })
      const again = await openStore(database.url)
      expect(await again.channels.find("kept")).toEqual({
        name: "$kept",
        level: "groups",
        isActive: true,
        groups: ["a", "b"],
      })
      await again.channels.remove("kept")
      await again.close()
      expect(await store.channels.find("kept")).toBeUndefined()
    })
  })

  describe("the name of a channel", () => {
    const names = [
      ["chan", "$chan"],
      ["$chan", "$chan"],
      ["ns:chan", "$ns:chan"],
      ["ns:$chan2", "$ns:chan2"],
      ["a:b:c", "$a:b:c"],
      ["$a:b", "$a:b"],
      ["two words", "$two words"],
    ] as const
    test.each(names)("%s is %s unless the channel is public", async (given, stored) => {
      expect((await store.channels.add(given)).name).toBe(stored)
      await store.channels.remove(given)
    })

    const wrong = ["", "$", "a#b", "héllo", " a", "a ", "tab\t", "@me", "$@me", "x".repeat(120)]
    test.each(wrong)("must not be %j", async (name) => {
      expect(await codeOf(store.channels.add(name))).toBe("invalid")
    })

    test("may be 120 characters long, with its $", async () => {
      const { name } = await store.channels.add("x".repeat(119))
      expect(name).toHaveLength(120)
    })

    test("is taken once, with or without its $", async () => {
      await store.channels.add("once")
      expect(await codeOf(store.channels.add("once"))).toBe("exists")
      expect(await codeOf(store.channels.add("$once"))).toBe("exists")
    })

    test("gets its $ when a public channel becomes private, and keeps it", async () => {
      await store.channels.add("moves", { level: "public" })
      expect((await store.channels.set("moves", { level: "staff" })).name).toBe("$moves")
      expect((await store.channels.set("moves", { level: "public" })).name).toBe("$moves")
    })

    test("is not taken from another channel by becoming private", async () => {
      await store.channels.add("twin", { level: "public" })
      await store.channels.add("$twin")
      expect(await codeOf(store.channels.set("twin", { level: "users" }))).toBe("exists")
      expect(await store.channels.find("twin")).toMatchObject({ name: "twin", level: "public" })
      expect(await store.channels.find("$twin")).toMatchObject({ level: "superuser" })
    })

    test("must be known to be changed or removed", async () => {
      expect(await codeOf(store.channels.set("nothing", {}))).toBe("unknown")
      expect(await codeOf(store.channels.remove("nothing"))).toBe("unknown")
    })
  })

  describe("what is taken away by one", () => {
    test("is not given back by another who changes something else meanwhile", async () => {
      await store.users.add("two", { staff: true, superuser: true })
      await Promise.all([
        store.users.set("two", { superuser: false }),
        store.users.set("two", { staff: false }),
        store.users.set("two", { groups: ["kitchen"] }),
      ])
      const changed = { staff: false, superuser: false, groups: ["kitchen"] }
      expect(await store.users.find("two")).toMatchObject(changed)
      await store.users.remove("two")

      await store.channels.add("opening", { level: "public" })
      await Promise.all([
        store.channels.set("opening", { level: "staff" }),
        store.channels.set("opening", { isActive: false }),
        store.channels.set("opening", { groups: ["kitchen"] }),
      ])
      const closed = { name: "$opening", level: "staff", isActive: false, groups: ["kitchen"] }
      expect(await store.channels.find("opening")).toEqual(closed)
    })
  })

  describe("a level", () => {
    test("is superuser unless said, and one of the five", async () => {
      expect((await store.channels.add("default")).level).toBe("superuser")
      // Callers without types can say anything.
      const level = JSON.parse('"everyone"')
      expect(await codeOf(store.channels.add("other", { level }))).toBe("invalid")
      expect(await store.channels.find("other")).toBeUndefined()
    })
  })

  describe("users and groups", () => {
    test("an account has what it was given, and nobody else its name", async () => {
      const account = await store.users.add("member", { staff: true, groups: ["team"] })
      expect(account).toEqual({
        id: "member",
        name: "member",
        staff: true,
        superuser: false,
        groups: ["team"],
        isActive: true,
      })
      expect(await codeOf(store.users.add("member"))).toBe("exists")
      expect(await store.users.list()).toEqual([account])
      expect(await store.groups.list()).toContain("team")
    })

    test("names that look the same are the same", async () => {
      await store.users.add("café".normalize("NFD"))
      expect(await codeOf(store.users.add("café".normalize("NFC")))).toBe("exists")
    })

    test.each(["", " x", "x\n", "y".repeat(151)])("a user must not be called %j", async (name) => {
      expect(await codeOf(store.users.add(name))).toBe("invalid")
    })

    test("a password is known again, and kept as a hash with its cost", async () => {
      await store.users.add("secretive", { password: "ḧunter2".normalize("NFD") })
      expect(await store.users.verify("secretive", "ḧunter2".normalize("NFC"))).toBeDefined()
      expect(await store.users.verify("secretive", "hunter2")).toBeUndefined()
      expect(await store.users.verify("nobody", "hunter2")).toBeUndefined()
      await store.users.add("without")
      expect(await store.users.verify("without", "")).toBeUndefined()
    })

    test("a group that is removed is gone from its users and channels", async () => {
      await store.users.add("leaver", { groups: ["leaving", "staying"] })
      await store.channels.add("left", { groups: ["leaving"] })
      await store.groups.remove("leaving")
      expect((await store.users.find("leaver"))?.groups).toEqual(["staying"])
      expect((await store.channels.find("left"))?.groups).toEqual([])
      expect(await codeOf(store.groups.remove("leaving"))).toBe("unknown")
    })

    test("a user is removed with their sessions", async () => {
      const account = await store.users.add("goner")
      const cookie = await store.sessions.begin(account)
      expect((await store.sessions.find(cookie))?.name).toBe("goner")
      await store.users.remove("goner")
      expect(await store.sessions.find(cookie)).toBeUndefined()
      expect(await codeOf(store.users.remove("goner"))).toBe("unknown")
    })

    test("a text that a database can't hold is in none of them", async () => {
      expect(await store.users.find("a\0b")).toBeUndefined()
      expect(await store.users.verify("a\0b", "x")).toBeUndefined()
      expect(await store.channels.find("a\0b")).toBeUndefined()
      expect(await store.sessions.find("a\0b")).toBeUndefined()
      const visitor = { id: "1", name: "1", staff: false, superuser: false, groups: ["a\0b"] }
      expect(await store.channels.forUser(visitor)).not.toEqual([])
    })

    test("sessions are counted", async () => {
      const account = await store.users.add("counted")
      await store.sessions.begin(account)
      await store.sessions.begin(account)
      expect(await store.sessions.count("counted")).toBe(2)
    })

    test("names are sorted by their bytes, however the database sorts", async () => {
      for (const name of ["sort-b", "Sort-a", "sort-Ä"]) await store.groups.add(name)
      const sorted = (await store.groups.list()).filter((name) => /^sort/i.test(name))
      expect(sorted).toEqual(["Sort-a", "sort-b", "sort-Ä"])
    })

    test("a group name that can't be leaves nothing behind", async () => {
      expect(await codeOf(store.users.add("halfway", { groups: ["fine", ""] }))).toBe("invalid")
      expect(await store.users.find("halfway")).toBeUndefined()
    })
  })
})
