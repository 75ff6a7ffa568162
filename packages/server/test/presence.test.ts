import { describe, expect, test } from "vitest"
import { Queue } from "../../../test/queue.js"
import { createInstant, type Member, OptionsError, type PresenceChange } from "../src/index.js"
import { listen } from "./realtime.js"
import { RunningServer } from "./running-server.js"

const users = (members: readonly Member[]) => members.map(({ user }) => user).sort()

describe("who is in a channel", () => {
  test("is told by name, with or without its $", async () => {
    await using server = await RunningServer.start()
    await server.instant.channels.add("lobby", { level: "users" })
    for (const name of ["ann", "bob"]) {
      await listen(server, await (await server.signedIn(name)).tokens())
    }
    expect(users(await server.instant.presence("lobby"))).toEqual(["ann", "bob"])
    expect(users(await server.instant.presence("$lobby"))).toEqual(["ann", "bob"])
    expect(await server.instant.presence("nobody-is-here")).toEqual([])
  })

  test("is told to onPresenceChange, and to onChannelEmpty when it is nobody", async () => {
    const changes = new Queue<PresenceChange>()
    const empty = new Queue<string>()
    await using server = await RunningServer.start({
      onPresenceChange: (channel, change) => channel === "$lobby" && changes.push(change),
      onChannelEmpty: (channel) => channel === "$lobby" && empty.push(channel),
    })
    await server.instant.channels.add("lobby", { level: "users" })
    const tokens = await (await server.signedIn("ann")).tokens()
    const [first, second] = [await listen(server, tokens), await listen(server, tokens)]
    for (const _ of [first, second]) {
      const { joined, left } = await changes.next()
      expect([users(joined), left]).toEqual([["ann"], []])
    }
    first.client.disconnect()
    expect(users((await changes.next()).left)).toEqual(["ann"])
    expect(empty.rest).toEqual([])
    second.client.disconnect()
    expect(users((await changes.next()).left)).toEqual(["ann"])
    expect(await empty.next()).toBe("$lobby")
  })

  test("goes on being told when a hook throws, which is logged", async () => {
    const told = new Queue<string>()
    await using server = await RunningServer.start({
      onPresenceChange: (channel) => {
        told.push(channel)
        throw new Error("the hook's own mistake")
      },
    })
    await server.instant.channels.add("lobby", { level: "users" })
    const tokens = await (await server.signedIn("ann")).tokens()
    await listen(server, tokens)
    await told.nextWhere((channel) => channel === "$lobby")
    await listen(server, tokens)
    await told.nextWhere((channel) => channel === "$lobby")
    expect(server.log.join("")).toContain("the hook's own mistake")
  })

  test("is not told by an engine elsewhere: its options are refused", async () => {
    const engine = { url: "http://127.0.0.1:1", apiKey: "k", tokenSecret: "s" }
    const made = createInstant({ database: ":memory:", engine, onChannelEmpty: () => {} })
    await expect(made).rejects.toThrow(OptionsError)
  })
})

describe("what a channel keeps", () => {
  test("is read whole, in part, backwards and from a position", async () => {
    await using server = await RunningServer.start()
    await server.instant.channels.add("lobby", { level: "users" })
    for (const message of ["one", "two", "three"]) await server.instant.publish("lobby", message)
    const read = async (request?: Parameters<typeof server.instant.history>[1]) =>
      (await server.instant.history("lobby", request)).publications.map(({ data }) =>
        typeof data === "object" && data !== null && "message" in data ? data.message : data,
      )
    expect(await read()).toEqual(["one", "two", "three"])
    expect(await read({ limit: 2 })).toEqual(["one", "two"])
    expect(await read({ limit: 2, reverse: true })).toEqual(["three", "two"])
    const { position } = await server.instant.history("lobby", { limit: 0 })
    expect(position.offset).toBe(3)
    await server.instant.publish("lobby", "four")
    expect(await read({ since: position })).toEqual(["four"])
    const past = server.instant.history("lobby", { since: { offset: 1, epoch: "another" } })
    await expect(past).rejects.toMatchObject({ code: 112 })
  })
})
