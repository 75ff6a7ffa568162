import { Centrifuge } from "centrifuge"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { WebSocket } from "ws"
import { Cli, type Server } from "./cli.js"

let cli: Cli
let server: Server

beforeAll(async () => {
  cli = await Cli.make()
  server = await cli.start(["--site", "Shop"])
  await cli.run(["channels", "add", "lobby", "--level", "users"])
})
afterAll(async () => {
  await cli[Symbol.asyncDispose]()
})

/** Why a command can't do what it is asked: one sentence, and exit code 1. */
async function refusal(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli.run(args)
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
  expect(stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(2)
  return stderr.trimEnd()
}

/** What a command prints when it does what it is asked. */
async function output(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli.run(args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  return stdout.trimEnd()
}

/** Connects with tokens of the command line, and answers the next publication of a channel. */
async function subscribe(channel: string): Promise<{ next: Promise<unknown>; end: () => void }> {
  const url = `${server.url.replace("http", "ws")}/connection/websocket`
  const token = await output("token", "--user", "user")
  const client = new Centrifuge(url, { websocket: WebSocket, token })
  const subscription = client.newSubscription(channel, {
    token: await output("token", "--user", "user", "--channel", channel),
  })
  const next = new Promise((resolve) => {
    subscription.once("publication", ({ data }) => resolve(data))
  })
  subscription.subscribe()
  client.connect()
  await subscription.ready(5_000)
  return { next, end: () => client.disconnect() }
}

describe("instant publish", () => {
  test("reaches who subscribes with tokens of instant token, by the channel's bare name", async () => {
    const { next, end } = await subscribe("$lobby")
    const args = ["--event-class", "important", "--data", '{"id": 17}', "--bucket", "b"]
    expect(await output("publish", "lobby", "Hello", ...args)).toBe("Published to $lobby")
    expect(await next).toMatchObject({
      channel: "$lobby",
      site: "Shop",
      message: "Hello",
      data: { id: 17 },
      event_class: "important",
      bucket: "b",
    })
    end()
  })

  test("takes data alone, and a server that is named", async () => {
    const { apiKey } = await cli.json("secrets.json")
    const { next, end } = await subscribe("$lobby")
    const named = ["--url", server.url, "--api-key", String(apiKey), "--site", "Other"]
    expect(await output("publish", "$lobby", "--data", "[1]", ...named)).toBe("Published to $lobby")
    expect(await next).toMatchObject({ site: "Other", data: [1] })
    end()
  })

  test("finds the private channel for a server that is named, too", async () => {
    const { next, end } = await subscribe("$lobby")
    const localhost = server.url.replace("127.0.0.1", "localhost")
    expect(await output("publish", "lobby", "Hi", "--url", server.url)).toBe("Published to $lobby")
    expect(await next).toMatchObject({ site: "Shop", message: "Hi" })
    expect(await output("publish", "lobby", "Hi", "--url", localhost)).toBe("Published to $lobby")
    end()
  })

  test.each([
    { channel: "anything", add: "anything" },
    { channel: "$any thing", add: "'$any thing'" },
  ])("publishes to $channel, which nobody has added, and notes that", async ({ channel, add }) => {
    const noted = {
      code: 0,
      stdout: `Published to ${channel}\n`,
      stderr:
        `No channel ${channel} is known here: probably nobody is subscribed to it. ` +
        `Add it with: instant channels add ${add}\n`,
    }
    expect(await cli.run(["publish", channel, "m"])).toEqual(noted)
    expect(await cli.run(["publish", channel, "m", "--url", server.url])).toEqual(noted)
  })

  test("says how to write a private channel of a server whose channels aren't known", async () => {
    await using other = await Cli.make()
    const { apiKey } = await cli.json("secrets.json")
    const named = ["m", "--url", server.url, "--api-key", String(apiKey)]
    expect(await other.run(["publish", "lobby", ...named])).toEqual({
      code: 0,
      stdout: "Published to lobby\n",
      stderr:
        "The channels of that server are not known here: if the channel is private, write '$lobby'\n",
    })
    const exact = await other.run(["publish", "$lobby", ...named])
    expect(exact).toEqual({ code: 0, stdout: "Published to $lobby\n", stderr: "" })
  })

  test.each([
    ["there is nothing to publish", ["lobby"], /nothing to publish: give a message/],
    ["the data is not JSON", ["lobby", "--data", "{id: 17}"], /--data is not JSON/],
    ["the namespace is unknown", ["ns:x", "m"], /102 unknown channel.*namespace/],
    ["the key is wrong", ["lobby", "m", "--api-key", "wrong"], /refuses the API key: give its own/],
    ["the URL is none", ["lobby", "m", "--url", "localhost"], /no address of a server/],
    [
      "nobody listens there",
      ["lobby", "m", "--url", "http://127.0.0.1:1"],
      /does not answer: start it with "instant start"/,
    ],
  ])("says in a sentence that %s", async (_, args, words) => {
    expect(await refusal("publish", ...args)).toMatch(words)
  })

  test("says that no server runs", async () => {
    await using other = await Cli.make()
    const { code, stderr } = await other.run(["publish", "lobby", "m"])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^No server runs from .*: start one with "instant start"/)
  })
})

describe("instant channels", () => {
  test("adds, changes, lists and removes", async () => {
    const added = await output("channels", "add", "team", "-l", "groups", "-g", "a", "b")
    expect(added).toBe("Added $team: level groups, groups a, b")
    expect(await output("channels", "list")).toMatch(/^\$team +groups +yes +a, b$/m)
    expect(await output("channels", "set", "team", "--inactive", "--no-group")).toBe(
      "Now $team: level groups, not active",
    )
    expect(await output("channels", "set", "team", "--active", "-l", "public")).toBe(
      "Now $team: level public",
    )
    expect(await output("channels", "remove", "team")).toBe("Removed $team")
    expect(await output("channels", "list")).not.toMatch(/team/)
  })

  test.each([
    ["the name is taken", ["add", "lobby"], /^There is a channel "\$lobby" already$/],
    ["the name can't be", ["add", "a#b"], /"a#b" holds #/],
    ["the level is none", ["add", "x", "--level", "all"], /Allowed choices are public/],
    ["there is no such channel", ["remove", "none"], /^There is no channel "none"$/],
    ["both can't be", ["set", "lobby", "--active", "--inactive"], /cannot be used with/],
  ])("says in a sentence that %s", async (_, args, words) => {
    expect(await refusal("channels", ...args)).toMatch(words)
  })
})

describe("instant users", () => {
  test("adds a user who can sign in with the password of the standard input", async () => {
    const args = ["users", "add", "member", "--staff", "--group", "team"]
    const { code, stdout } = await cli.run(args, { input: "a password\n" })
    expect({ code, stdout }).toEqual({ code: 0, stdout: "Added the user member\n" })
    const response = await fetch(`${server.url}/instant/login/`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ username: "member", password: "a password" }),
    })
    const { channels } = await response.json()
    expect(channels.map(({ name }: { name: string }) => name)).toContain("$staff")
  })

  test("changes, lists and removes", async () => {
    await cli.run(["users", "add", "bob", "-g", "a", "b"], { input: "p" })
    expect(await output("users", "list")).toMatch(/^bob +yes +no +no +a, b$/m)
    const changes = ["--staff", "--superuser", "--inactive", "-g", "c"]
    expect(await output("users", "set", "bob", ...changes)).toBe(
      "Now bob: staff, superuser, groups c, not active",
    )
    expect(await output("users", "set", "bob", "--no-staff", "--no-group")).toBe(
      "Now bob: superuser, not active",
    )
    const users = JSON.parse(await output("users", "list", "--json"))
    expect(users).toContainEqual({
      id: "bob",
      name: "bob",
      staff: false,
      superuser: true,
      groups: [],
      isActive: false,
    })
    expect(await output("users", "remove", "bob")).toBe("Removed the user bob")
    expect(await refusal("users", "remove", "bob")).toBe('There is no user "bob"')
  })

  test("gives a new password", async () => {
    const login = async (password: string): Promise<number> => {
      const response = await fetch(`${server.url}/instant/login/`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ username: "carol", password }),
      })
      return response.status
    }
    await cli.run(["users", "add", "carol", "--inactive"], { input: "old\n" })
    const changed = await cli.run(["users", "set", "carol", "--password", "--active"], {
      input: "new\n",
    })
    expect(changed).toMatchObject({ code: 0, stdout: "Now carol\n" })
    expect([await login("old"), await login("new")]).toEqual([403, 200])
  })

  test("says in a sentence what is wrong", async () => {
    expect(await refusal("users", "add", "nobody")).toMatch(/password is empty: type one/)
    const again = await cli.run(["users", "add", " x"], { input: "p" })
    expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/user name " x" must/) })
  })
})

describe("instant groups", () => {
  test("adds and removes", async () => {
    expect(await output("groups", "add", "crew")).toBe("Added the group crew")
    expect(await output("groups", "list")).toMatch(/^crew$/m)
    expect(await output("groups", "remove", "crew")).toBe("Removed the group crew")
    expect(await refusal("groups", "remove", "crew")).toBe('There is no group "crew"')
  })

  test("lists with users and channels", async () => {
    await cli.run(["users", "add", "dan", "-g", "deck hands"], { input: "p" })
    await output("channels", "add", "deck", "-l", "groups", "-g", "deck hands")
    expect(await output("groups", "list")).toMatch(/^deck hands +dan +\$deck$/m)
    const groups = JSON.parse(await output("groups", "list", "--json"))
    expect(groups).toContainEqual({ name: "deck hands", users: ["dan"], channels: ["$deck"] })
  })
})

describe("instant", () => {
  test("tells its version, its commands, and that there is no such command", async () => {
    expect(await output("--version")).toMatch(/^\d+\.\d+\.\d+$/)
    expect(await output("--help")).toMatch(/start .*publish .*channels .*users .*token/s)
    expect(await refusal("strat")).toMatch(/unknown command 'strat'/)
    expect(await refusal("token")).toMatch(/--user <id>' not specified/)
    expect(await refusal("token", "--user", "u", "--lifetime", "0")).toMatch(/number of seconds/)
  })
})
