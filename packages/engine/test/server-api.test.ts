import { describe, expect, test } from "vitest"
import { API_KEY, RunningEngine } from "./running-engine.js"

const config = {
  channel: {
    without_namespace: { allow_subscribe_for_client: true },
    namespaces: [
      { name: "kept", history_size: 10, history_ttl: "60s", allow_subscribe_for_client: true },
    ],
  },
} as const

describe("the server API over HTTP", () => {
  test.each([
    ["X-API-Key", { "X-API-Key": API_KEY }, 200],
    ["Authorization", { "X-API-Key": undefined, Authorization: `apikey ${API_KEY}` }, 200],
    ["a wrong key", { "X-API-Key": "wrong" }, 401],
    ["no key", { "X-API-Key": undefined }, 401],
  ])("takes its key as %s", async (_name, headers, status) => {
    await using running = await RunningEngine.start(config)
    const response = await fetch(`${running.url}/api/info`, {
      method: "POST",
      headers: Object.entries(headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as [string, string]],
      ),
      body: "{}",
    })
    expect(response.status).toBe(status)
  })

  test("publishes, and says where in the history", async () => {
    await using running = await RunningEngine.start(config)
    const socket = await running.socketOf("1")
    socket.send({ id: 2, subscribe: { channel: "kept:a" } })
    await socket.next()
    const response = await running.api("publish", { channel: "kept:a", data: { n: 1 } })
    expect(await response.json()).toEqual({ result: { offset: 1, epoch: expect.any(String) } })
    expect(await socket.next()).toMatchObject({
      push: { channel: "kept:a", pub: { data: { n: 1 }, offset: 1 } },
    })
  })

  test("a repeated idempotency key is answered as the first and not sent again", async () => {
    await using running = await RunningEngine.start(config)
    const socket = await running.socketOf("1")
    socket.send({ id: 2, subscribe: { channel: "kept:a" } })
    await socket.next()
    const first = { channel: "kept:a", data: 1, idempotency_key: "k" }
    const answers = []
    for (const body of [first, { ...first, data: 2 }, { channel: "kept:a", data: 3 }]) {
      answers.push(await (await running.api("publish", body)).json())
    }
    expect(answers[1]).toEqual(answers[0])
    expect(await socket.next()).toMatchObject({ push: { pub: { data: 1, offset: 1 } } })
    expect(await socket.next()).toMatchObject({ push: { pub: { data: 3, offset: 2 } } })
  })

  test("broadcasts, with a result or an error for each channel", async () => {
    await using running = await RunningEngine.start(config)
    const body = { channels: ["a", "nowhere:x", "", "kept:b"], data: 1 }
    expect(await (await running.api("broadcast", body)).json()).toEqual({
      result: {
        responses: [
          { result: {} },
          { error: { code: 102, message: "unknown channel" } },
          { error: { code: 107, message: "bad request" } },
          { result: { offset: 1, epoch: expect.any(String) } },
        ],
      },
    })
  })

  test("lists channels by pattern, and counts what is there", async () => {
    await using running = await RunningEngine.start(config)
    const [one, two] = [await running.socketOf("1"), await running.socketOf("2")]
    for (const socket of [one, two]) {
      socket.send({ id: 2, subscribe: { channel: "shared" } })
      await socket.next()
    }
    two.send({ id: 3, subscribe: { channel: "kept:own" } })
    await two.next()
    expect(await (await running.api("channels", { pattern: "*ar*" })).json()).toEqual({
      result: { channels: { shared: { num_clients: 2 } } },
    })
    expect(await (await running.api("info", {})).json()).toMatchObject({
      result: { nodes: [{ num_clients: 2, num_users: 2, num_channels: 2, num_subs: 3 }] },
    })
  })

  test("unsubscribes a user, and tells them", async () => {
    await using running = await RunningEngine.start(config)
    const socket = await running.socketOf("1")
    socket.send({ id: 2, subscribe: { channel: "a" } })
    await socket.next()
    await running.api("unsubscribe", { user: "1", channel: "a" })
    expect(await socket.next()).toEqual({
      push: { channel: "a", unsubscribe: { code: 2000, reason: "server unsubscribe" } },
    })
    expect(running.engine.stats().subscriptions).toBe(0)
  })

  test("disconnects a user, or one connection, with a reason", async () => {
    await using running = await RunningEngine.start(config)
    const [one, two] = [await running.socketOf("1"), await running.socketOf("2")]
    await running.api("disconnect", { user: "1" })
    expect(await one.closed()).toEqual({ code: 3503, reason: "force disconnect" })
    await running.api("disconnect", { user: "2", disconnect: { code: 4001, reason: "go" } })
    expect(await two.closed()).toEqual({ code: 4001, reason: "go" })
  })

  test.each([
    { what: "malformed JSON", method: "publish", body: "{bad", status: 400 },
    { what: "an empty body", method: "publish", body: "", status: 400 },
    { what: "a wrong type", method: "publish", body: '{"channel":5,"data":1}', status: 400 },
    { what: "an unknown method", method: "dance", body: "{}", status: 404 },
  ])("answers $what with $status", async ({ method, body, status }) => {
    await using running = await RunningEngine.start(config)
    expect((await running.api(method, body)).status).toBe(status)
  })

  test.each([
    ["no channel", { data: 1 }, 107],
    ["no data", { channel: "a" }, 107],
    ["an unknown namespace", { channel: "nowhere:a", data: 1 }, 102],
  ])("answers a publish with %s by its code", async (_name, body, code) => {
    await using running = await RunningEngine.start(config)
    expect(await (await running.api("publish", body)).json()).toMatchObject({ error: { code } })
  })

  test("does nothing of a batch in which a command is of a wrong type", async () => {
    await using running = await RunningEngine.start(config)
    const good = { publish: { channel: "kept:a", data: 1 } }
    const commands = [good, { publish: { channel: 5, data: 1 } }]
    for (const parallel of [false, true]) {
      expect((await running.api("batch", { commands, parallel })).status).toBe(400)
    }
    expect(running.engine.stats().publications).toBe(0)
    const answer = await running.api("batch", { commands: [good, { dance: {} }] })
    expect(await answer.json()).toMatchObject({
      replies: [{ publish: { offset: 1 } }, { error: { code: 104 } }],
    })
  })

  test("leaves the text of a payload as it was sent", async () => {
    await using running = await RunningEngine.start(config)
    const frames: string[] = []
    const socket = await running.socketOf("1")
    socket.onText((text) => frames.push(text))
    socket.send({ id: 2, subscribe: { channel: "a" } })
    await socket.next()
    const data = '{ "b" : 1.0, "a":12345678901234567890,"c":"\\u00e9" }'
    await running.api("publish", `{"channel":"a","data":${data}}`)
    await socket.next()
    expect(frames.at(-1)).toContain(data)
  })

  test("refuses a body that is too large, and goes on", async () => {
    await using running = await RunningEngine.start(config)
    const data = "x".repeat(17 * 1_048_576)
    expect((await running.api("publish", { channel: "a", data })).status).toBe(413)
    expect((await running.api("publish", { channel: "a", data: 1 })).status).toBe(200)
  })

  test("may stand at the root", async () => {
    await using running = await RunningEngine.start({
      ...config,
      http_api: { handler_prefix: "/" },
    })
    const ask = { method: "POST", headers: { "X-API-Key": API_KEY }, body: "{}" }
    expect((await fetch(`${running.url}/info`, ask)).status).toBe(200)
  })

  test("the older form, with the method in the body, works too", async () => {
    await using running = await RunningEngine.start(config)
    const response = await fetch(`${running.url}/api`, {
      method: "POST",
      headers: { Authorization: `apikey ${API_KEY}` },
      body: JSON.stringify({ method: "publish", params: { channel: "a", data: 1 } }),
    })
    expect(await response.json()).toEqual({ result: {} })
  })
})
