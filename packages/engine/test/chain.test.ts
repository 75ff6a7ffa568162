import { setImmediate as nextTurn } from "node:timers/promises"
import { type Disconnect, toRawJson } from "@instant-ws/protocol"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Chain } from "../src/delivery/chain.js"
import { type Flushable, Flusher } from "../src/delivery/flusher.js"
import { Message } from "../src/delivery/message.js"
import { type QueueOptions, SessionQueue, type Sink } from "../src/delivery/session-queue.js"
import type { Wire } from "../src/delivery/wire.js"

/** A wire whose frames are the messages' texts, one a line, and which counts what it builds. */
function countingWire() {
  const built = { encoded: 0, frames: 0 }
  const wire: Wire = {
    encode(message) {
      built.encoded++
      return message.json
    },
    frame(messages) {
      built.frames++
      return Buffer.from(messages.map(String).join("\n"))
    },
  }
  return { wire, built }
}

function publication(n: number): Message {
  return Message.push({ channel: "c", pub: { data: toRawJson(n) } })
}

/** A socket that keeps what is written, and refuses more when told to. */
class KeepingSink implements Sink {
  readonly lines: string[] = []
  accepts = true
  failures: string[] = []
  readonly bufferedSize = 0

  write(frame: Buffer): boolean {
    this.lines.push(...frame.toString().split("\n"))
    return this.accepts
  }

  fail({ reason }: Disconnect): void {
    this.failures.push(reason)
  }
}

/** Flushes when it is told to. */
class HandFlusher {
  #waiting: Flushable[] = []

  add(item: Flushable): void {
    this.#waiting.push(item)
  }

  flush(): void {
    for (const item of this.#waiting.splice(0)) item.flush()
  }
}

function optionsOf(flusher: HandFlusher, maxSize: number): QueueOptions {
  return { flusher, maxSize, traffic: { messages: 0, bytes: 0 } }
}

describe("chains", () => {
  test("of a thousand sessions with the same messages are built once", () => {
    const { wire, built } = countingWire()
    const flusher = new HandFlusher()
    const empty = Chain.empty(wire)
    const sinks = Array.from({ length: 1000 }, () => new KeepingSink())
    const queues = sinks.map((sink) => new SessionQueue(sink, empty, optionsOf(flusher, 1e6)))
    const messages = [1, 2, 3].map(publication)
    for (const message of messages) for (const queue of queues) queue.push(message)
    flusher.flush()
    expect(built).toEqual({ encoded: 3, frames: 1 })
    const texts = messages.map((message) => message.json.toString())
    for (const { lines } of sinks) expect(lines).toEqual(texts)
  })

  test("give each session exactly its messages in order, however pushes and flushes mix", () => {
    const step = fc.oneof(
      fc.record({ push: fc.integer({ min: 1, max: 15 }) }),
      fc.record({ flush: fc.constant(true) }),
      fc.record({ block: fc.nat(3) }),
      fc.record({ drain: fc.nat(3) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { wire } = countingWire()
        const flusher = new HandFlusher()
        const empty = Chain.empty(wire)
        const sessions = Array.from({ length: 4 }, () => {
          const sink = new KeepingSink()
          return {
            sink,
            queue: new SessionQueue(sink, empty, optionsOf(flusher, 1e6)),
            sent: [] as string[],
          }
        })
        let n = 0
        for (const at of steps) {
          if ("push" in at) {
            const message = publication(n++)
            // The bits say which of the four sessions get it.
            for (const [index, { queue, sent }] of sessions.entries()) {
              if ((at.push & (1 << index)) === 0) continue
              queue.push(message)
              sent.push(message.json.toString())
            }
          } else if ("flush" in at) flusher.flush()
          else if ("block" in at) {
            const session = sessions[at.block]
            if (session) session.sink.accepts = false
          } else {
            const session = sessions[at.drain]
            if (session) session.sink.accepts = true
            session?.queue.drained()
          }
        }
        for (const { sink, queue, sent } of sessions) {
          sink.accepts = true
          queue.drained()
          expect(sink.lines).toEqual(sent)
        }
        flusher.flush()
      }),
    )
  })

  test("that outgrow the queue of a session that doesn't read end it, and no other", async () => {
    const { wire } = countingWire()
    const flusher = new HandFlusher()
    const empty = Chain.empty(wire)
    const [slow, quick] = [new KeepingSink(), new KeepingSink()]
    slow.accepts = false
    const queues = [slow, quick].map(
      (sink) => new SessionQueue(sink, empty, optionsOf(flusher, 200)),
    )
    for (let n = 0; n < 20; n++) {
      const message = publication(n)
      for (const queue of queues) queue.push(message)
      flusher.flush()
    }
    await nextTurn()
    expect(slow.failures).toEqual(["slow"])
    expect(quick.failures).toEqual([])
    expect(quick.lines).toHaveLength(20)
  })
})

describe("a round of writes", () => {
  test("that takes long leaves others their turn, and writes all in order", async () => {
    const flusher = new Flusher(0)
    const written: number[] = []
    const items = Array.from({ length: 320 }, (_, n) => ({
      flush() {
        written.push(n)
        const end = performance.now() + 0.2
        while (performance.now() < end);
      },
    }))
    for (const item of items) flusher.add(item)
    const seenBetween: number[] = []
    while (written.length < items.length) {
      await nextTurn()
      seenBetween.push(written.length)
    }
    expect(seenBetween.some((count) => count > 0 && count < items.length)).toBe(true)
    expect(written).toEqual(items.map((_, n) => n))
  })
})
