import { describe, expect, test } from "vitest"
import { Queue } from "../../../test/queue.js"
import type { EngineConfigInput } from "../src/index.js"
import type { RawClient } from "./raw-client.js"
import { connectionToken, RunningEngine } from "./running-engine.js"

// Access that ends: when the call has returned nothing is delivered any more, on whatever transport.

const config: EngineConfigInput = {
  channel: { without_namespace: { allow_subscribe_for_client: true } },
  http_stream: { enabled: true },
  sse: { enabled: true },
  uni_sse: { enabled: true },
  uni_http_stream: { enabled: true },
}

/** The lines with a message that come over a stream, which ends with an "end". */
async function stream(running: RunningEngine, path: string, token: string): Promise<Queue<string>> {
  const lines = new Queue<string>()
  const isUni = path.startsWith("uni_")
  const response = await fetch(`${running.url}/connection/${path}`, {
    method: "POST",
    body: JSON.stringify(isUni ? { token } : { id: 1, connect: { token } }),
  })
  const read = async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      const text = decoder.decode(chunk, { stream: true })
      for (const line of text.split("\n")) if (line !== "") lines.push(line)
    }
    lines.push("end")
  }
  void read()
  expect(await lines.next()).toContain("client")
  return lines
}

/** A crowd of one user, each with two channels. */
async function crowd(running: RunningEngine, user: string): Promise<readonly RawClient[]> {
  const sockets = await Promise.all(Array.from({ length: 20 }, () => running.socketOf(user)))
  for (const socket of sockets) {
    socket.send({ id: 2, subscribe: { channel: "a" } }, { id: 3, subscribe: { channel: "b" } })
    await socket.next()
    await socket.next()
  }
  return sockets
}

describe("engine.disconnect", () => {
  test("ends all that a user had when it returns, and nothing of others", async () => {
    await using running = await RunningEngine.start(config)
    const { engine } = running
    const revoked = await crowd(running, "revoked")
    const [other] = await crowd(running, "other")
    await engine.disconnect({ user: "revoked" })
    expect((await engine.connections({ user: "revoked" })).connections).toEqual([])
    expect(await engine.channels()).toEqual(
      new Map([
        ["a", 20],
        ["b", 20],
      ]),
    )
    await engine.publish("a", "secret")
    expect(await other?.next()).toEqual({ push: { channel: "a", pub: { data: "secret" } } })
    for (const socket of revoked) {
      expect(await socket.closed()).toEqual({ code: 3503, reason: "force disconnect" })
      expect(socket.unread).toEqual([])
    }
  })

  test.each(["http_stream", "sse", "uni_http_stream", "uni_sse"])(
    "lets nothing through by %s any more",
    async (path) => {
      await using running = await RunningEngine.start(config)
      const token = await connectionToken("42", { channels: ["a"] })
      const lines = await stream(running, path, token)
      await running.engine.publish("a", "before")
      expect(await lines.next()).toContain("before")
      await running.engine.disconnect({ user: "42" })
      await running.engine.publish("a", "secret")
      expect(await lines.next()).toContain("3503")
      expect(await lines.next()).toBe("end")
    },
  )
})

describe("engine.unsubscribe", () => {
  test("ends a user's subscriptions when it returns, and no other", async () => {
    await using running = await RunningEngine.start(config)
    const { engine } = running
    const sockets = await crowd(running, "42")
    await engine.unsubscribe({ user: "42" }, "a")
    await engine.publish("a", "secret")
    await engine.publish("b", "for all")
    expect(await engine.channels()).toEqual(new Map([["b", 20]]))
    for (const socket of sockets) {
      expect(await socket.next()).toMatchObject({
        push: { channel: "a", unsubscribe: { code: 2000 } },
      })
      expect(await socket.next()).toEqual({ push: { channel: "b", pub: { data: "for all" } } })
    }
  })

  test.each(["http_stream", "sse", "uni_http_stream", "uni_sse"])(
    "lets nothing of the channel through by %s any more",
    async (path) => {
      await using running = await RunningEngine.start(config)
      const token = await connectionToken("42", { channels: ["a", "b"] })
      const lines = await stream(running, path, token)
      await running.engine.unsubscribe({ user: "42" }, "a")
      await running.engine.publish("a", "secret")
      await running.engine.publish("b", "for all")
      expect(await lines.next()).toContain("unsubscribe")
      expect(await lines.next()).toContain("for all")
    },
  )
})
