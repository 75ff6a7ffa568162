/** A whole, unmasked text frame, as a server sends it (RFC 6455, section 5.2). */
export function textFrame(parts: readonly Buffer[], separator: number): Buffer {
  const separators = Math.max(parts.length - 1, 0)
  const size = parts.reduce((sum, part) => sum + part.length, separators)
  const header = headerSize(size)
  const frame = Buffer.allocUnsafe(header + size)
  frame[0] = FIN | TEXT
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
    if (index > 0) frame[at++] = separator
    part.copy(frame, at)
    at += part.length
  }
  return frame
}

const FIN = 0x80
const TEXT = 0x01

function headerSize(size: number): number {
  if (size < 126) return 2
  return size < 65_536 ? 4 : 10
}
