import { randomBytes } from "node:crypto"

/** The opcodes of RFC 6455. */
export const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const

/** A websocket frame. */
export interface WebsocketFrame {
  readonly opcode: number
  /** It is the last of its message. */
  readonly isFinal: boolean
  /** RSV1: the message is compressed (RFC 7692). */
  readonly isCompressed: boolean
  readonly payload: Buffer
}

const FINAL = 0x80
const COMPRESSED = 0x40
const MASKED = 0x80
const LENGTH_16 = 126
const LENGTH_64 = 127

/** The bytes of a client's frame: final, and masked as those of clients must be. */
export function encodeClientFrame(opcode: number, payload: Buffer, isCompressed = false): Buffer {
  const first = FINAL | (isCompressed ? COMPRESSED : 0) | opcode
  const mask = randomBytes(4)
  const masked = Buffer.from(payload)
  for (let at = 0; at < masked.length; at++) masked[at] = (masked[at] ?? 0) ^ (mask[at % 4] ?? 0)
  return Buffer.concat([clientHead(first, payload.length), mask, masked])
}

function clientHead(first: number, length: number): Buffer {
  if (length < LENGTH_16) return Buffer.from([first, MASKED | length])
  if (length < 0x10000) return Buffer.from([first, MASKED | LENGTH_16, length >> 8, length & 0xff])
  const head = Buffer.alloc(10)
  head[0] = first
  head[1] = MASKED | LENGTH_64
  head.writeBigUInt64BE(BigInt(length), 2)
  return head
}

/** Makes a reader of a server's frames: each chunk gives the frames that it completes. */
export function websocketFrameReader(): (chunk: Buffer) => readonly WebsocketFrame[] {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const frames: WebsocketFrame[] = []
    for (let frame = firstFrame(rest); frame !== undefined; frame = firstFrame(rest)) {
      frames.push(frame.frame)
      rest = rest.subarray(frame.end)
    }
    return frames
  }
}

function firstFrame(bytes: Buffer): { frame: WebsocketFrame; end: number } | undefined {
  const [first, second] = bytes
  if (first === undefined || second === undefined) return undefined
  const start = second === LENGTH_16 ? 4 : second === LENGTH_64 ? 10 : 2
  if (bytes.length < start) return undefined
  const end = start + payloadLength(bytes, second)
  if (bytes.length < end) return undefined
  const frame = {
    opcode: first & 0x0f,
    isFinal: (first & FINAL) !== 0,
    isCompressed: (first & COMPRESSED) !== 0,
    payload: bytes.subarray(start, end),
  }
  return { frame, end }
}

function payloadLength(bytes: Buffer, second: number): number {
  if (second === LENGTH_16) return bytes.readUInt16BE(2)
  if (second === LENGTH_64) return Number(bytes.readBigUInt64BE(2))
  return second
}
