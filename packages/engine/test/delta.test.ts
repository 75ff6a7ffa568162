import { payloadBytes, payloadJson, toRawJson } from "@instant-ws/protocol"
import fc from "fast-check"
import { applyDelta } from "fossil-delta"
import { describe, expect, test } from "vitest"
import { deltaBetween } from "../src/channel/delta.js"
import { applyFossilDelta } from "./conformance/fossil-delta.js"
import { RunningEngine } from "./running-engine.js"

/** Two payloads that may have much in common, as versions of one document have. */
function versions<T>(part: fc.Arbitrary<T>): fc.Arbitrary<readonly [readonly T[], readonly T[]]> {
  const parts = fc.array(part, { maxLength: 200 })
  const edited = fc
    .tuple(parts, parts, fc.nat(200), fc.nat(20))
    .map(([before, inserted, at, deleted]) => {
      return [before, before.toSpliced(at, deleted, ...inserted.slice(0, 20))] as const
    })
  return fc.oneof(edited, fc.tuple(parts, parts))
}

/** Words rather than letters: fossil copies what is 16 bytes or longer. */
const words = fc.constantFrom(
  "the same old story ",
  "größer ",
  "ничего ",
  "🎉",
  '"',
  "\\",
  "\n",
  "x",
)

describe("a delta", () => {
  test("makes the bytes after out of the bytes before, and is shorter", () => {
    fc.assert(
      fc.property(versions(fc.nat(255)), (bytes) => {
        const [before, after] = bytes.map((each) => Uint8Array.from(each))
        if (before === undefined || after === undefined) return
        const delta = deltaBetween(before, after)?.binary({}).data
        if (delta === undefined) return
        expect(delta.length).toBeLessThan(after.length)
        expect(Uint8Array.from(applyDelta(before, payloadBytes(delta)))).toEqual(after)
        const applied = applyFossilDelta(Buffer.from(before), Buffer.from(payloadBytes(delta)))
        expect(Uint8Array.from(applied)).toEqual(after)
      }),
      { numRuns: 300 },
    )
  })

  test("does the same to texts for those who speak JSON, when no character is cut in two", () => {
    fc.assert(
      fc.property(versions(words), ([old, young]) => {
        const [before, after] = [toRawJson(old.join("")), toRawJson(young.join(""))]
        const delta = deltaBetween(before, after)?.json({ data: after, offset: 1 })
        if (delta?.data === undefined) return
        expect(delta.delta).toBe(true)
        const text: string = JSON.parse(payloadJson(delta.data))
        expect(Buffer.from(applyDelta(Buffer.from(before), Buffer.from(text))).toString()).toBe(
          after,
        )
      }),
      { numRuns: 300 },
    )
  })

  test("is made for versions of a document, and not for what has nothing in common", () => {
    const lines = Array.from({ length: 50 }, (_, n) => `line ${n} stays as it is`)
    const [before, after] = [toRawJson(lines), toRawJson([...lines, "a new one"])]
    expect(deltaBetween(before, after)?.binary({}).data?.length).toBeLessThan(60)
    expect(deltaBetween(toRawJson("one"), toRawJson("two"))).toBeUndefined()
  })
})

describe("a subscriber who takes deltas", () => {
  /** What happens in a channel: publications of a document that is edited, kept or not. */
  const steps = fc.array(
    fc.record({
      lines: fc.array(words, { maxLength: 3 }),
      at: fc.nat(10),
      skipHistory: fc.boolean(),
      removeHistory: fc.constantFrom(false, false, false, true),
    }),
    { minLength: 1, maxLength: 12 },
  )

  test("has what was published, whatever happens to the history meanwhile", async () => {
    await using running = await RunningEngine.start({
      channel: {
        without_namespace: {
          allow_subscribe_for_client: true,
          history_size: 3,
          history_ttl: "60s",
          allowed_delta_types: ["fossil"],
          delta_publish: true,
        },
      },
    })
    const socket = await running.socketOf("42")
    let run = 0
    let deltas = 0
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const channel = `doc${run++}`
        socket.send({ id: 2, subscribe: { channel, delta: "fossil" } })
        await socket.next()
        let document = Array.from({ length: 10 }, (_, n) => `line ${n} stays as it is`)
        let text = ""
        for (const { lines, at, skipHistory, removeHistory } of all) {
          document = document.toSpliced(at, 1, ...lines)
          if (removeHistory) await running.engine.removeHistory(channel)
          await running.engine.publish(channel, document, { skipHistory })
          const { pub } = Object((await socket.next()).push)
          if (pub.delta) deltas++
          const data = Buffer.from(pub.data)
          text = pub.delta ? applyFossilDelta(Buffer.from(text), data).toString() : pub.data
          expect(JSON.parse(text)).toEqual(document)
        }
        socket.send({ id: 3, unsubscribe: { channel } })
        await socket.next()
      }),
      { numRuns: 60 },
    )
    expect(deltas).toBeGreaterThan(0)
  })
})
