import { describe, expect, test } from "vitest"
import type { EngineConfigInput } from "../src/index.js"
import type { Connection } from "./conformance/connections/connection.js"
import { openConnection } from "./conformance/connections/open-connection.js"
import { isObject } from "./conformance/json.js"
import { Placeholders } from "./conformance/placeholders.js"
import { type TransportName, transports } from "./conformance/scenario.js"
import { connectionToken, RunningEngine, secondsFromNow } from "./running-engine.js"

const config: EngineConfigInput = {
  sse: { enabled: true },
  http_stream: { enabled: true },
  uni_websocket: { enabled: true },
  uni_sse: { enabled: true },
  uni_http_stream: { enabled: true },
}
/** How long anything may take, in milliseconds. */
const DEADLINE = 10_000

/** A user's connection that is subscribed to `news`, and what its server calls it. */
async function connected(running: RunningEngine, transport: TransportName, user: string) {
  const token = await connectionToken(user, { channels: ["news"] })
  const isUnidirectional = transport.startsWith("uni_")
  const command = { id: 1, connect: { token } }
  const first = isUnidirectional ? { connect: { token } } : { cmds: [command] }
  const step = { open: "c", transport, result: null, ...first }
  const { connection } = await openConnection(running.url, step, new Placeholders())
  if (transport.endsWith("-ws")) {
    const here = { session: undefined, node: undefined }
    await connection.send({ kind: "commands", commands: [command], isDeflated: false }, here)
  }
  const { connect } = Object(await next(connection))
  return { connection, client: String(connect.client), session: connect.session }
}

/** The next message, without what a push or a reply is wrapped in. */
async function next(connection: Connection) {
  const [received] = await connection.inbox.take(1, DEADLINE)
  if (received === undefined) throw new Error("no message came in time")
  const { message } = received
  return isObject(message) && isObject(message.push) ? message.push : message
}

/** The code with which the server ended a connection: in the close frame, or in the last message. */
async function codeOfEnd(connection: Connection): Promise<unknown> {
  const ending = await connection.inbox.ended(DEADLINE)
  if (ending !== undefined && "code" in ending) return ending.code
  return Object(await next(connection)).disconnect?.code
}

describe.each(transports)("the server API reaches connections over %s", (transport) => {
  test("of a user: all of them, and nobody else's", async () => {
    await using running = await RunningEngine.start(config)
    const ours = [
      await connected(running, transport, "42"),
      await connected(running, transport, "42"),
    ]
    const other = await connected(running, transport, "43")
    await running.api("refresh", { user: "42", expire_at: secondsFromNow(600) })
    await running.api("unsubscribe", { user: "42", channel: "news" })
    await running.api("disconnect", { user: "42" })
    for (const { connection } of ours) {
      expect(await next(connection)).toMatchObject({ refresh: { expires: true } })
      expect(await next(connection)).toMatchObject({ channel: "news", unsubscribe: {} })
      expect(await codeOfEnd(connection)).toBe(3503)
    }
    await running.engine.publish("news", 1)
    expect(await next(other.connection)).toMatchObject({ channel: "news", pub: expect.anything() })
    expect(running.engine.stats()).toMatchObject({ connections: 1, subscriptions: 1 })
    await other.connection.close()
  })

  // The client of a websocket isn't told its session.
  test.each(transport.endsWith("-ws") ? ["client"] : ["client", "session"])(
    "by the id of a %s: that one alone",
    async (id) => {
      await using running = await RunningEngine.start(config)
      const { connection, ...ids } = await connected(running, transport, "42")
      const other = await connected(running, transport, "42")
      const target = { user: "42", [id]: Object(ids)[id] }
      await running.api("refresh", { ...target, expire_at: secondsFromNow(600) })
      await running.api("unsubscribe", { ...target, channel: "news" })
      expect(await next(connection)).toMatchObject({ refresh: { expires: true } })
      expect(await next(connection)).toMatchObject({ channel: "news", unsubscribe: {} })
      expect(running.engine.stats()).toMatchObject({ connections: 2, subscriptions: 1 })
      await running.api("refresh", { ...target, expired: true })
      expect(await codeOfEnd(connection)).toBe(3005)
      await running.api("disconnect", { user: "42", session: "no such session" })
      await running.engine.publish("news", 1)
      expect(await next(other.connection)).toMatchObject({
        channel: "news",
        pub: expect.anything(),
      })
      await running.api("disconnect", { user: "42", [id]: Object(other)[id] })
      expect(await codeOfEnd(other.connection)).toBe(3503)
    },
  )
})
