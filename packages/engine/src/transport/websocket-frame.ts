/** Whether a frame holds text or bytes (RFC 6455, section 5.2). */
export type Opcode = typeof TEXT | typeof BINARY
export const TEXT = 0x01
export const BINARY = 0x02

/** Beside the opcode: the payload is deflated (RFC 7692, section 6). */
export const RSV1 = 0x40
const FIN = 0x80

/**
 * Makes one frame of the parts one behind the other.
 * @param separator The byte between two parts, if there is one.
 */
export type Framing = (opcode: Opcode, parts: readonly Uint8Array[], separator?: number) => Buffer

/**
 * A whole, unmasked frame, as a server sends it, of the parts one behind the other.
 * @param opcode An {@link Opcode}, with {@link RSV1} if the parts are deflated.
 * @param separator The byte between two parts, if there is one.
 */
export function websocketFrame(
  opcode: number,
  parts: readonly Uint8Array[],
  separator?: number,
): Buffer {
  const separators = separator === undefined ? 0 : Math.max(parts.length - 1, 0)
  const size = parts.reduce((sum, part) => sum + part.length, separators)
  const header = headerSize(size)
  const frame = Buffer.allocUnsafe(header + size)
  frame[0] = FIN | opcode
  if (header === 2) frame[1] = size
  else if (header === 4) {
    frame[1] = 126
    frame.writeUInt16BE(size, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(size), 2)
  }
  let at = header
  for (const [index, part] of parts.entries()) {
    if (index > 0 && separator !== undefined) frame[at++] = separator
    frame.set(part, at)
    at += part.length
  }
  return frame
}

/** The payload within a frame that {@link websocketFrame} has made. */
export function payloadOf(frame: Buffer): Buffer {
  const length = frame.readUInt8(1)
  if (length < 126) return frame.subarray(2)
  return frame.subarray(length === 126 ? 4 : 10)
}

function headerSize(size: number): number {
  if (size < 126) return 2
  return size < 65_536 ? 4 : 10
}
