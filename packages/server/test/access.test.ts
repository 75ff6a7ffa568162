import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { databases } from "../../../test/databases.js"
import { RunningServer } from "./running-server.js"

describe.each(databases)("on $name", (kind) => {
  let server: RunningServer

  beforeAll(async () => {
    server = await RunningServer.start({ anonymousAccess: true }, kind)
    const { channels } = server.instant
    for (const name of ["public", "$users", "$staff", "$superuser"]) await channels.remove(name)
    await channels.add("all", { level: "public" })
    await channels.add("ours", { level: "users" })
    await channels.add("team", { level: "groups", groups: ["team", "friends"] })
    await channels.add("others", { level: "groups", groups: ["others"] })
    await channels.add("office", { level: "staff", groups: ["others"] })
    await channels.add("root")
    await channels.add("off", { level: "public", isActive: false })
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })

  describe("who sees which channels", () => {
    const table = [
      ["a plain user", {}, ["$ours", "all"]],
      ["a member of a group", { groups: ["team"] }, ["$ours", "$team", "all"]],
      ["a member twice over", { groups: ["friends", "team"] }, ["$ours", "$team", "all"]],
      [
        "a member of a staff channel's group",
        { groups: ["others"] },
        ["$office", "$others", "$ours", "all"],
      ],
      ["staff", { staff: true }, ["$office", "$ours", "all"]],
      ["a superuser", { superuser: true }, ["$ours", "$root", "all"]],
      [
        "a superuser of the staff",
        { staff: true, superuser: true },
        ["$office", "$ours", "$root", "all"],
      ],
    ] as const
    test.each(table)("%s", async (name, fields, channels) => {
      const browser = await server.signedIn(name, fields)
      expect(await browser.channels()).toEqual(channels)
    })

    test("a visitor who is not signed in", async () => {
      expect(await server.browser().channels()).toEqual(["all"])
    })
  })

  describe("a change of channels", () => {
    test("shows in the next list: level, groups, active, removed", async () => {
      const { channels } = server.instant
      const browser = await server.signedIn("a plain user")
      await channels.add("new", { level: "users" })
      expect(await browser.channels()).toContain("$new")
      await channels.set("new", { isActive: false })
      expect(await browser.channels()).not.toContain("$new")
      await channels.set("new", { isActive: true, level: "groups", groups: ["team"] })
      expect(await browser.channels()).not.toContain("$new")
      await server.instant.users.set("a plain user", { groups: ["team"] })
      expect(await browser.channels()).toContain("$new")
      await channels.remove("new")
      expect(await browser.channels()).not.toContain("$new")
    })
  })

  describe("a change of an account", () => {
    test("ends its sessions with a new password, or when it is not active any more", async () => {
      const browser = await server.signedIn("someone")
      await server.instant.users.set("someone", { password: "another" })
      expect(await browser.channels()).toEqual(["all"])
      await browser.login("someone", "another")
      expect(await browser.channels()).toContain("$ours")
      await server.instant.users.set("someone", { isActive: false })
      expect(await browser.channels()).toEqual(["all"])
    })
  })
})
