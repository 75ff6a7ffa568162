/** A number read from bytes, and the place after it. */
export interface Varint {
  readonly value: number
  readonly end: number
}

/** Reads a Protobuf varint. @throws RangeError when the bytes end within it. */
export function readVarint(bytes: Buffer, start: number): Varint {
  let value = 0
  let scale = 1
  for (let position = start; position < bytes.length; position++) {
    const byte = bytes.readUInt8(position)
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return { value, end: position + 1 }
    scale *= 128
  }
  throw new RangeError("the bytes end within a varint")
}

/** Writes a number as a Protobuf varint; a negative one as the 64-bit one that it is. */
export function writeVarint(value: number): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  return Buffer.from([...bytes, Number(rest)])
}
