import type { FakeDcrfServer, FakeRow } from "dcrf-client/testing"
import { describe, expect, test } from "vitest"
import { recorded, type Step } from "../recorded-case.js"
import { fixtureServer } from "./fixture-server.js"
import { PlainSocket } from "./plain-socket.js"
import { unmodelled } from "./unmodelled.js"

describe("the fake says what a real server says", () => {
  test.each([...recorded.keys()].filter((name) => !isSkipped(name)))("%s", async (name) => {
    const steps = recorded.get(name) ?? []
    const [first] = steps
    const server = fixtureServer({ ...first?.seed })
    const socket = await PlainSocket.open(server, `ws://dcrf.test${first?.path}`)
    expect(socket.events).toEqual(["open"])
    for (const [number, step] of steps.entries()) {
      const frames = await play(step, server, socket)
      if (isSkipped(name, number)) continue
      expect(inAnyOrder(frames), `step ${number}`).toEqual(inAnyOrder(expectedOf(step)))
      expect(socket.events.slice(1)).toEqual(step.closed ? [`close ${step.closed}`] : [])
    }
  })
})

test("what the fake doesn't model is in the recordings", () => {
  for (const { case: name, steps = [], stream } of unmodelled) {
    const recording = recorded.get(name) ?? []
    expect(recording.length, name).toBeGreaterThan(Math.max(0, ...steps))
    if (stream)
      expect(recording.flatMap(({ recv }) => recv.map((one) => one.stream))).toContain(stream)
  }
})

function isSkipped(name: string, step?: number): boolean {
  return unmodelled.some(
    (one) =>
      one.case === name &&
      one.stream === undefined &&
      (one.steps === undefined || (step !== undefined && one.steps.includes(step))),
  )
}

function expectedOf(step: Step): readonly unknown[] {
  const missing = unmodelled.find((one) => one.case === step.case)?.stream
  return step.recv.filter(({ stream }) => missing === undefined || stream !== missing)
}

/** Events of one change that go to different groups have no order. */
function inAnyOrder(frames: readonly unknown[]): readonly unknown[] {
  return frames.map((frame) => JSON.stringify(sorted(frame))).toSorted()
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== "object" || value === null) return value
  return Object.entries(value)
    .map(([key, inner]) => [key, sorted(inner)])
    .toSorted()
}

async function play(step: Step, server: FakeDcrfServer, socket: PlainSocket) {
  if (step.send_text !== undefined) return socket.say(step.send_text)
  if (step.send !== undefined) return socket.say(step.send)
  const stream = /^\/ws\/(\w+)\//.exec(step.path)?.[1] ?? "things"
  act(step, server, stream)
  return socket.hear()
}

/** What the fixture's HTTP side does, done to the stream of the case. */
function act(
  { http: [method, path, given] = ["", "", {}] }: Step,
  server: FakeDcrfServer,
  stream: string,
): void {
  const body: FakeRow = { ...given }
  const [, what, pk] = /^\/control\/([\w-]+)(?:\/(\w+))?$/.exec(path) ?? []
  const key = Number(pk ?? body.pk)
  if (what === "cut") server.cut(body.abort ? undefined : Number(body.code))
  else if (what === "quiet-update") {
    server.fill(
      stream,
      server.rows(stream).map((row) => ({ ...row, ...body })),
    )
  } else if (what === "vanish") {
    server.update(stream, key, {})
    server.delete(stream, key)
  } else if (method === "POST") server.create(stream, body)
  else if (method === "PATCH") server.update(stream, key, body)
  else if (method === "DELETE") server.delete(stream, key)
  else throw new Error(`The replay knows no ${method} ${path}`)
}
