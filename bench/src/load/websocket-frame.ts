import type { Message } from "./dialect.js"

/** A text frame as a server sends it, of a text or of its bytes. */
export function textFrame(text: string | Buffer): Buffer {
  const payload = typeof text === "string" ? Buffer.from(text) : text
  return Buffer.concat([header(payload.length), payload])
}

/** A frame as a client sends it: masked, here with zeros. For messages of up to 65,535 bytes. */
export function maskedFrame({ kind, bytes }: Message): Buffer {
  const opcode = kind === "text" ? FINAL_TEXT : FINAL_BINARY
  const { length } = bytes
  const start =
    length < SHORT
      ? Buffer.of(opcode, MASKED | length)
      : Buffer.of(opcode, MASKED | SHORT, length >> 8, length & 0xff)
  return Buffer.concat([start, NO_MASK, bytes])
}

/** How long the header of an unmasked frame is that begins at `at`; one more byte has to be there. */
export function headerLength(bytes: Buffer, at: number): number {
  const length = bytes[at + 1] ?? 0
  if (length < SHORT) return 2
  return length === SHORT ? 4 : 10
}

/** How long the payload of an unmasked frame is whose whole header stands at `at`. */
export function payloadLength(bytes: Buffer, at: number): number {
  const length = bytes[at + 1] ?? 0
  if (length < SHORT) return length
  return length === SHORT ? bytes.readUInt16BE(at + 2) : bytes.readUIntBE(at + 4, 6)
}

/** A last (and only) frame of a text message. */
const FINAL_TEXT = 0x81
const FINAL_BINARY = 0x82
const MASKED = 0x80
const NO_MASK = Buffer.alloc(4)
/** The length byte of a frame whose length follows in two bytes; the next higher one: in eight. */
const SHORT = 126

function header(length: number): Buffer {
  if (length < SHORT) return Buffer.of(FINAL_TEXT, length)
  if (length <= 0xffff) return Buffer.of(FINAL_TEXT, SHORT, length >> 8, length & 0xff)
  const long = Buffer.alloc(10)
  long[0] = FINAL_TEXT
  long[1] = SHORT + 1
  long.writeUIntBE(length, 4, 6)
  return long
}
