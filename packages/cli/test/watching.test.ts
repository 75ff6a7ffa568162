import { Centrifuge } from "centrifuge"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { WebSocket } from "ws"
import { withDeadline } from "../../../test/with-deadline.js"
import { Cli, type Following, type Server, stop } from "./cli.js"

let cli: Cli
let server: Server

beforeAll(async () => {
  cli = await Cli.make()
  server = await cli.start()
  await cli.run(["channels", "add", "lobby", "--level", "users"])
})
afterAll(async () => {
  await cli[Symbol.asyncDispose]()
})

/** What a command prints when it does what it is asked. */
async function output(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli.run(args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  return stdout.trimEnd()
}

/** Publishes events as another program does, by the HTTP API. */
async function publish(channel: string, ...events: readonly object[]): Promise<void> {
  const { apiKey } = await cli.json("secrets.json")
  for (const event of events) {
    const data = { channel, site: "Site", date: new Date().toISOString(), ...event }
    const response = await fetch(`${server.url}/api/publish`, {
      method: "POST",
      headers: { "X-API-Key": String(apiKey) },
      body: JSON.stringify({ channel, data }),
    })
    expect(await response.json()).toHaveProperty("result")
  }
}

/** Follows channels, and resolves when it listens to them. */
async function tail(...args: readonly string[]): Promise<Following> {
  const following = cli.follow(["tail", ...args])
  await following.told.nextWhere((line) => line.startsWith("Listening to "))
  return following
}

describe("instant history", () => {
  test("prints what a channel keeps, and changes nothing of a terminal", async () => {
    await publish(
      "public",
      { message: "one", event_class: "count", data: { n: 1 } },
      { message: "\u001b[2J\nred" },
    )
    const [head, first, second] = (await output("history", "public")).split("\n")
    expect(head).toMatch(/^OFFSET +DATE +CLASS +BUCKET +MESSAGE +DATA$/)
    expect(first).toMatch(/^1 +\d{4}-\S+Z +count +one +\{"n":1\}$/)
    expect(second).toMatch(/ \\u001b\[2J\\nred$/)
  })

  test.each([
    { args: [], messages: ["one", "two", "three"] },
    { args: ["--since", "1", "--limit", "1"], messages: ["two"] },
    { args: ["--reverse", "--limit", "2"], messages: ["three", "two"] },
  ])("prints JSON from where it is asked, either way: $args", async ({ args, messages }) => {
    const channel = `history-${args.length}`
    await publish(channel, { message: "one" }, { message: "two" }, { message: "three" })
    const { code, stdout } = await cli.run(["history", channel, "--json", ...args])
    expect(code).toBe(0)
    const kept: readonly { readonly data: { readonly message: string } }[] = JSON.parse(stdout)
    expect(kept.map(({ data: { message } }) => message)).toEqual(messages)
    expect(kept[0]).toMatchObject({ channel, offset: expect.any(Number), data: { site: "Site" } })
  })

  test("says in a sentence that there is none", async () => {
    expect(await output("history", "superuser")).toBe("$superuser keeps no such events")
    const unknown = await cli.run(["history", "ns:x"])
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringMatching(/102 .*namespace/) })
  })
})

test("instant presence prints who is in a channel", async () => {
  const { child } = await tail("staff")
  expect(await output("presence", "staff")).toMatch(/^USER +CLIENT\ninstant-tail +[\da-f-]{36}$/)
  const members = JSON.parse(await output("presence", "staff", "--json"))
  expect(members).toEqual([{ user: "instant-tail", client: expect.stringMatching(/^[\da-f-]+$/) }])
  await stop({ child }, "SIGTERM")
  expect(await output("presence", "staff")).toBe("Nobody is in $staff")
})

describe("instant tail", () => {
  test("prints events as they come, and ends well on SIGINT", async () => {
    const { child, printed } = await tail("lobby", "users")
    await publish("$lobby", { message: "Hello", event_class: "important", data: [1] })
    expect(await printed.next()).toMatch(/^\d{4}-\S+Z {2}\$lobby {2}important {2}Hello {2}\[1\]$/)
    await output("broadcast", "To all", "--target", "users")
    expect(await printed.next()).toMatch(/ {2}\$users {2}To all$/)
    expect(await stop({ child }, "SIGINT")).toBe(0)
  })

  test("prints lines of JSON, and survives a restart of the server without a gap", async () => {
    const { child, printed, told } = await tail("lobby", "--json")
    const next = async () => JSON.parse(await printed.next())
    await publish("$lobby", { message: "before" })
    const before = await next()
    expect(before).toMatchObject({ channel: "$lobby", data: { message: "before" } })
    const { port } = new URL(server.url)
    await stop(server, "SIGTERM")
    expect(await told.next()).toMatch(/^No connection to ws:.*: trying again$/)
    server = await cli.start(["--port", port])
    // It comes back in its own time: what is published until then it gets from the history.
    await publish("$lobby", { message: "meanwhile" })
    expect(await next()).toMatchObject({
      offset: before.offset + 1,
      data: { message: "meanwhile" },
    })
    await told.nextWhere((line) => line === "Connected again")
    await publish("$lobby", { message: "after" })
    expect(await next()).toMatchObject({ data: { message: "after" } })
    expect(await stop({ child }, "SIGTERM")).toBe(0)
  })

  test("goes on when the channel is changed", async () => {
    const { child, printed } = await tail("users")
    await output("channels", "set", "users", "--inactive")
    await publish("$users", { message: "still" })
    expect(await printed.next()).toMatch(/ {2}still$/)
    await stop({ child }, "SIGTERM")
  })

  test.each([
    ["the key is wrong", ["lobby", "--token-key", "wrong"], /\(3500 invalid token\): give its own/],
    ["the namespace is unknown", ["ns:x"], /refuses to show "ns:x" \(102 unknown channel\)/],
  ])("says in a sentence that %s", async (_, args, words) => {
    const { code, stderr } = await cli.run(["tail", ...args])
    expect(code).toBe(1)
    expect(stderr).toMatch(words)
  })
})

describe("instant broadcast", () => {
  test("reaches everyone, or those of a target", async () => {
    expect(await output("broadcast", "Hello")).toBe("Published to public")
    expect(await output("broadcast", "-t", "staff", "-d", "{}")).toBe("Published to $staff")
    const wrong = await cli.run(["broadcast", "m", "--target", "none"])
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/Allowed choices are/) })
  })
})

describe("what is published durably", () => {
  test("is delivered by the server that runs", async () => {
    const { child, printed } = await tail("lobby")
    const accepted = await output("publish", "lobby", "kept", "--durable")
    expect(accepted).toMatch(/^Accepted for \$lobby as [\da-f-]{36}$/)
    expect(await printed.next()).toMatch(/ {2}kept$/)
    await stop({ child }, "SIGTERM")
  })

  test("is in the outbox until its time, or until it is discarded", async () => {
    const args = ["publish", "lobby", "later", "--schedule", "2100-01-01T00:00Z"]
    const [, id = ""] =
      /^Accepted for \$lobby at 2100-01-01T00:00:00\.000Z as (\S+)$/.exec(await output(...args)) ??
      []
    const listed = await output("outbox", "list", "--state", "scheduled")
    expect(listed).toMatch(new RegExp(`^${id} +\\$lobby +scheduled +0 +due 2100-01-01`, "m"))
    const [entry] = JSON.parse(await output("outbox", "list", "--state", "scheduled", "--json"))
    expect(entry).toMatchObject({ id, envelope: { message: "later", site: "Site" } })
    expect(await output("outbox", "discard", id)).toBe(`Discarded ${id}`)
    const again = await cli.run(["outbox", "discard", id])
    expect(again).toMatchObject({
      code: 1,
      stderr: `No entry that waits or has failed has the id ${id}\n`,
    })
  })

  test("waits while no server runs, and is tried again when it is asked", async () => {
    await using other = await Cli.make()
    await other.run(["channels", "add", "lobby"])
    const accepted = await other.run(["publish", "lobby", "m", "--durable"])
    expect(accepted.code).toBe(0)
    expect((await other.run(["outbox", "list"])).stdout).toMatch(/ \$lobby +waiting +0 /)
    expect((await other.run(["outbox", "retry", "--all"])).stdout).toBe(
      "0 entries are tried again\n",
    )
    const none = await other.run(["outbox", "retry", "none"])
    expect(none).toMatchObject({ code: 1, stderr: "No failed entry has the id none\n" })
  })

  test.each([
    ["it is for no server", ["m", "--durable", "--url", "http://x"], /through the database, not/],
    ["the date is none", ["m", "--schedule", "soon"], /A date is written as 2030-01-31T12:00Z/],
  ])("is refused in a sentence when %s", async (_, args, words) => {
    const { code, stderr } = await cli.run(["publish", "lobby", ...args])
    expect(code).toBe(1)
    expect(stderr).toMatch(words)
  })
})

test("a running server heeds at once what a command takes away", async () => {
  await cli.run(["users", "add", "eve"], { input: "a password\n" })
  const client = new Centrifuge(`${server.url.replace("http", "ws")}/connection/websocket`, {
    websocket: WebSocket,
    token: await output("token", "--user", "eve"),
  })
  const subscription = client.newSubscription("$lobby", {
    token: await output("token", "--user", "eve", "--channel", "lobby"),
  })
  const taken = new Promise((resolve) => subscription.once("unsubscribed", resolve))
  const gone = new Promise((resolve) => client.once("disconnected", resolve))
  subscription.subscribe()
  client.connect()
  await subscription.ready(5_000)
  await output("channels", "set", "lobby", "--inactive")
  await withDeadline("the end of the subscription", taken)
  await output("users", "set", "eve", "--inactive")
  await withDeadline("the end of the connection", gone)
  await output("channels", "set", "lobby", "--active")
  client.disconnect()
})
