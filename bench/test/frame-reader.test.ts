import { expect, test } from "vitest"
import { FrameReader } from "../src/load/frame-reader.js"
import { textFrame } from "../src/load/websocket-frame.js"

const short = ["", "{}", "x".repeat(125), "y".repeat(126), "{}"]
const long = [...short, "z".repeat(70_000), ...short]

test.each([
  { size: 1, texts: short },
  { size: 2, texts: short },
  { size: 130, texts: long },
  { size: 4_096, texts: long },
  { size: 1_000_000, texts: long },
])("every frame comes whole when reads have $size bytes", ({ size, texts }) => {
  const bytes = Buffer.concat(texts.map((text) => textFrame(text)))
  const reader = new FrameReader()
  const seen: string[] = []
  for (let at = 0; at < bytes.length; at += size) {
    for (const { opcode, payload } of reader.read(bytes.subarray(at, at + size))) {
      expect(opcode).toBe(1)
      seen.push(payload.toString())
    }
  }
  expect(seen).toEqual(texts)
})
