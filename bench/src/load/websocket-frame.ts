/** A text frame as a server sends it. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text)
  return Buffer.concat([header(payload.length), payload])
}

/** A text frame as a client sends it: masked, here with zeros. For texts of up to 125 bytes. */
export function maskedTextFrame(text: string): Buffer {
  const payload = Buffer.from(text)
  return Buffer.concat([Buffer.of(FINAL_TEXT, MASKED | payload.length, 0, 0, 0, 0), payload])
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
const MASKED = 0x80
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
