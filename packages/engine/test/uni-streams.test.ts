import { once } from "node:events"
import { type IncomingMessage, request } from "node:http"
import { describe, expect, test } from "vitest"
import { Queue } from "../../../test/queue.js"
import { withDeadline } from "../../../test/with-deadline.js"
import type { EngineConfigInput } from "../src/index.js"
import { connectionToken, RunningEngine } from "./running-engine.js"

const config: EngineConfigInput = {
  uni_sse: { enabled: true },
  uni_http_stream: { enabled: true },
  channel: {
    without_namespace: {
      allow_subscribe_for_client: true,
      force_recovery: true,
      history_size: 10,
      history_ttl: "60s",
    },
    namespaces: [{ name: "room", allow_subscribe_for_client: true, join_leave: true }],
  },
}

/** How a plain HTTP client listens, and how it tells messages from what is around them. */
interface Kind {
  readonly name: string
  readonly contentType: string
  /** The path and the body with which it says its first word. */
  ask(connect: object): { readonly path: string; readonly body?: string }
  /** The JSON of a line; undefined where the line carries none. */
  read(line: string): string | undefined
}

const readEvent = (line: string) => (line.startsWith("data: ") ? line.slice(6) : undefined)
const kinds: readonly Kind[] = [
  {
    name: "GET uni_sse",
    contentType: "text/event-stream; charset=utf-8",
    ask: (connect) => ({
      path: `/connection/uni_sse?cf_connect=${encodeURIComponent(JSON.stringify(connect))}`,
    }),
    read: readEvent,
  },
  {
    name: "POST uni_sse",
    contentType: "text/event-stream; charset=utf-8",
    ask: (connect) => ({ path: "/connection/uni_sse", body: JSON.stringify(connect) }),
    read: readEvent,
  },
  {
    name: "POST uni_http_stream",
    contentType: "text/plain; charset=utf-8",
    ask: (connect) => ({ path: "/connection/uni_http_stream", body: JSON.stringify(connect) }),
    read: (line) => line,
  },
]

/** What `curl -N` does: one request, and the lines of its answer as they come. */
async function listen(running: RunningEngine, kind: Kind, connect: object) {
  const { path, body } = kind.ask(connect)
  const outgoing = request(`${running.url}${path}`, { method: body === undefined ? "GET" : "POST" })
  outgoing.end(body)
  const [response]: IncomingMessage[] = await withDeadline("the answer", once(outgoing, "response"))
  if (response === undefined) throw new Error("no response")
  const messages = new Queue<Record<string, unknown>>()
  let rest = ""
  response.setEncoding("utf8")
  response.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n")
    rest = lines.pop() ?? ""
    for (const text of lines.map(kind.read)) if (text !== undefined) messages.push(JSON.parse(text))
  })
  // Hanging up makes one.
  response.on("error", () => {})
  const ended = new Promise<void>((resolve) => {
    response.on("end", resolve)
  })
  return { response, messages, ended, hangUp: () => outgoing.destroy() }
}

describe.each(kinds)("a plain HTTP client by $name", (kind) => {
  test("sees each event as it happens", async () => {
    await using running = await RunningEngine.start(config)
    const token = await connectionToken("42", { channels: ["news", "orders"] })
    const { response, messages } = await listen(running, kind, { token })
    expect(response.statusCode).toBe(200)
    expect(response.headers).toMatchObject({
      "content-type": kind.contentType,
      "x-accel-buffering": "no",
    })
    expect(response.headers).not.toHaveProperty("content-encoding")
    expect(await messages.next()).toMatchObject({
      connect: { client: expect.any(String), subs: { news: {}, orders: {} } },
    })
    for (const n of [1, 2, 3]) {
      await running.engine.publish("news", { n })
      expect(await messages.next()).toMatchObject({
        channel: "news",
        pub: { data: { n }, offset: n },
      })
    }
  })

  test("sees what the server does with its connection, up to the end", async () => {
    await using running = await RunningEngine.start(config)
    const { engine } = running
    const token = await connectionToken("42")
    const { messages, ended } = await listen(running, kind, { token })
    await messages.next()
    await engine.subscribe({ user: "42" }, "news")
    expect(await messages.next()).toMatchObject({ channel: "news", subscribe: {} })
    await engine.unsubscribe({ user: "42" }, "news")
    expect(await messages.next()).toMatchObject({ channel: "news", unsubscribe: { code: 2000 } })
    await engine.disconnect({ user: "42" })
    expect(await messages.next()).toEqual({
      disconnect: { code: 3503, reason: "force disconnect" },
    })
    await withDeadline("the end of the stream", ended)
  })

  test("gets what it missed when it comes back", async () => {
    await using running = await RunningEngine.start(config)
    const token = await connectionToken("42", { channels: ["news"] })
    const first = await listen(running, kind, { token })
    const { connect } = await first.messages.next()
    const { epoch, offset = 0 } = Object(connect).subs.news
    first.hangUp()
    for (const n of [1, 2, 3]) await running.engine.publish("news", n)
    const subs = { news: { recover: true, epoch, offset } }
    const second = await listen(running, kind, { token, subs })
    expect(await second.messages.next()).toMatchObject({
      connect: {
        subs: { news: { recovered: true, publications: [{ data: 1 }, { data: 2 }, { data: 3 }] } },
      },
    })
  })

  test("leaves its channels when it hangs up", async () => {
    await using running = await RunningEngine.start(config)
    const watcher = await running.socketOf("43")
    watcher.send({ id: 2, subscribe: { channel: "room:a", join_leave: true } })
    await watcher.next()
    await watcher.next()
    const token = await connectionToken("42", { channels: ["room:a"] })
    const { hangUp } = await listen(running, kind, { token })
    expect(await watcher.next()).toMatchObject({ push: { join: { info: { user: "42" } } } })
    hangUp()
    expect(await watcher.next()).toMatchObject({ push: { leave: { info: { user: "42" } } } })
    expect(running.engine.stats()).toMatchObject({ connections: 1, subscriptions: 1 })
  })

  test("is refused with a word when its token is none", async () => {
    await using running = await RunningEngine.start(config)
    const { messages, ended } = await listen(running, kind, { token: "none" })
    expect(await messages.next()).toEqual({ disconnect: { code: 3500, reason: "invalid token" } })
    await withDeadline("the end of the stream", ended)
  })
})
