import { expect, test } from "vitest"
import { FrameCounter } from "../src/load/frame-counter.js"
import { textFrame } from "../src/load/websocket-frame.js"
import { PAYLOAD_BYTES, payload } from "../src/payload.js"

const textOf = (sequence: number): string =>
  JSON.stringify(payload({ at: 1_000_000 + sequence, sequence }))

/** Frames of so many messages each, with a ping and a message without an envelope between them. */
function stream(sizes: readonly number[]): { bytes: Buffer; messages: number } {
  let sequence = 0
  const frames = sizes.flatMap((size) => {
    const pushes = Array.from(
      { length: size },
      () => `{"push":{"channel":"bench","pub":{"data":${textOf(sequence++)}}}}`,
    )
    return [textFrame(pushes.join("\n")), textFrame("{}"), textFrame(textOf(sequence++))]
  })
  return { bytes: Buffer.concat(frames), messages: sequence }
}

test("a payload's JSON text is 150 bytes long", () => {
  expect(Buffer.byteLength(textOf(7))).toBe(PAYLOAD_BYTES)
})

test.each([1, 2, 3, 7, 125, 149, 150, 151, 4_096, 65_536, 1_000_000])(
  "every message is counted once when reads have %i bytes",
  (size) => {
    const { bytes, messages } = stream([1, 3, 2, 500, 1, 40])
    const counter = new FrameCounter()
    for (let at = 0; at < bytes.length; at += size) {
      const read = bytes.subarray(at, at + size)
      counter.read(read, read.length)
    }
    expect(counter.count).toBe(messages)
  },
)

test("a sampled connection is told the label of each message that came in one piece", () => {
  const { bytes, messages } = stream([1, 3, 500])
  const seen: number[] = []
  const counter = new FrameCounter(({ at, sequence }, index) => {
    expect(at).toBe(1_000_000 + sequence)
    expect(index).toBe(sequence)
    seen.push(sequence)
  })
  counter.read(bytes, bytes.length)
  expect(seen).toEqual(Array.from({ length: messages }, (_, i) => i))
})

test("offsets in Protobuf that look like a mark are none", () => {
  // Each publication's data is followed by its offset, as field 6: 126 is the mark's own byte.
  const offsets = [1, 0x7e, 0x7e, 2, 0x7e]
  const messages = offsets.map((offset, sequence) =>
    Buffer.concat([
      Buffer.of(0xb6, 0x01, 0x22, 0xb3, 0x01, 0x12, 0x07),
      Buffer.from("bench-0"),
      Buffer.of(0x22, 0x9b, 0x01, 0x22, 0x96, 0x01),
      Buffer.from(textOf(sequence)),
      Buffer.of(0x30, offset),
    ]),
  )
  const counter = new FrameCounter()
  for (const message of [Buffer.concat(messages), ...messages]) {
    const frame = textFrame(message)
    counter.read(frame, frame.length)
  }
  expect(counter.count).toBe(2 * offsets.length)
})
