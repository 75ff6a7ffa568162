import { createServer } from "node:http"
import { expect, test } from "vitest"
import { WebSocketServer } from "ws"
import { applyFossilDelta } from "./fossil-delta.js"
import { listen, portOf, stopListening } from "./listening.js"
import type { Scenario, Step } from "./scenario.js"
import type { ServerUnderTest } from "./servers/server-under-test.js"
import { Stage } from "./stage.js"

/** What a scripted server does when a client sends it something. */
interface Script {
  readonly messages: readonly string[]
  readonly close?: { readonly code: number; readonly reason: string }
}

const opened: Step = { open: "a", transport: "json-ws", result: { status: 101 } }
const sent: Step = { send: "a", cmds: [{ id: 1, connect: {} }] }
const expected: Step = { expect: "a", messages: [{ connect: { client: "<client:1>" }, id: 1 }] }
const closed: Step = { expect_close: "a", close: { code: 3501, reason: "bad request" } }

const answer = '{"id":1,"connect":{"client":"c0ffee"}}'
const badRequest = { code: 3501, reason: "bad request" }

test("a server that does what was recorded passes", async () => {
  await play({ messages: [answer] }, [opened, sent, expected])
  await play({ messages: [answer], close: badRequest }, [opened, sent, expected, closed])
})

test("two messages in one frame are two messages", async () => {
  const twice: Step = { expect: "a", messages: [{ id: 1 }, { id: 2 }] }
  await play({ messages: ['{"id":1}\n{"id":2}'] }, [opened, sent, twice])
})

test("another message fails", async () => {
  const other = '{"id":2,"connect":{"client":"c0ffee"}}'
  await expect(play({ messages: [other] }, [opened, sent, expected])).rejects.toThrow(
    'step 3, messages to a: recorded (-) and got (+) differ\n- {"connect"',
  )
})

test("a missing key is not the same as a false one", async () => {
  const other = '{"id":1,"connect":{"client":"c0ffee","pong":false}}'
  await expect(play({ messages: [other] }, [opened, sent, expected])).rejects.toThrow("differ")
})

test("a message that doesn't come in time fails", async () => {
  const soon: Step = { ...expected, within_ms: 50 }
  await expect(play({ messages: [] }, [opened, sent, soon])).rejects.toThrow("- {")
})

test("a message where none may come fails", async () => {
  const none: Step = { expect: "a", messages: [] }
  await expect(play({ messages: [answer] }, [opened, sent, none])).rejects.toThrow("+ {")
})

test("a message that nobody read fails", async () => {
  const run = play({ messages: [answer, "{}"] }, [opened, sent, expected])
  await expect(run).rejects.toThrow("a has unread messages\n+ {}")
})

test("a close that wasn't expected fails", async () => {
  const run = play({ messages: [answer], close: badRequest }, [opened, sent, expected])
  await expect(run).rejects.toThrow('a was closed: {"code":3501')
})

test("a close with another code fails", async () => {
  const close = { code: 3500, reason: "bad request" }
  const run = play({ messages: [answer], close }, [opened, sent, expected, closed])
  await expect(run).rejects.toThrow("close of a")
})

test("another status fails", async () => {
  const step: Step = {
    http: { method: "GET", path: "/health" },
    response: { status: 200, body: {} },
  }
  await expect(play({ messages: [] }, [step])).rejects.toThrow('{"status":404}')
})

test("a delta gives its payload, and one of another size or checksum fails", () => {
  const base = Buffer.from("hello world")
  const apply = (delta: string) => applyFossilDelta(base, Buffer.from(delta)).toString()
  expect(apply("C\n6@0,6:there!xz4Nq;")).toBe("hello there!")
  expect(() => apply("D\n6@0,6:there!xz4Nq;")).toThrow("12 bytes, not 13")
  expect(() => apply("C\n6@0,6:there?xz4Nq;")).toThrow("checksum")
})

/** Plays steps against a server that follows a script. */
async function play(script: Script, steps: readonly Step[]): Promise<void> {
  const kind = {
    name: "a scripted server",
    isOurs: false,
    canPlay: () => true,
    start: () => startScripted(script),
  }
  const scenario: Scenario = {
    name: "test/test",
    topic: "test",
    config: {},
    isolate: true,
    backend: {},
    steps,
  }
  await using stage = new Stage(kind, scenario.config)
  await stage.play(scenario)
}

async function startScripted({ messages, close }: Script): Promise<ServerUnderTest> {
  const server = createServer((_, response) => response.writeHead(404).end())
  new WebSocketServer({ server }).on("connection", (websocket) => {
    websocket.on("message", () => {
      for (const message of messages) websocket.send(message)
      if (close !== undefined) websocket.close(close.code, close.reason)
    })
  })
  await listen(server)
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    shutDown: () => {},
    [Symbol.asyncDispose]: () => stopListening(server),
  }
}
