const FIN = 0x80
const MASKED = 0x80
const LENGTH = 0x7f
const OPCODE = 0x0f
/** From here on opcodes are of control frames, which belong to no message. */
const FIRST_CONTROL = 0x08
/** Two bytes, eight of length, four of mask. */
const MAX_HEADER = 14

/**
 * Knows how many bytes each message had on the wire, from the headers of the frames that pass. `ws`
 * tells of a message only what came of it when it was inflated.
 */
export class MessageMeter {
  /** Of the messages that {@link next} hasn't told yet. */
  readonly #sizes: number[] = []
  readonly #header = Buffer.alloc(MAX_HEADER)
  #headerRead = 0
  /** What is still to come of the payload of a frame. */
  #payloadLeft = 0
  /** Of the fragments so far of a message that isn't whole. */
  #size = 0

  /** Reads what came from the client, before anybody else does. */
  read(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#payloadLeft > 0) {
        const passed = Math.min(this.#payloadLeft, chunk.length - at)
        this.#payloadLeft -= passed
        at += passed
      } else {
        this.#header[this.#headerRead++] = chunk.readUInt8(at++)
        if (this.#headerRead === headerSize(this.#header)) this.#beginFrame()
      }
    }
  }

  /** The size of the oldest message not told yet, in bytes, or what is known of it. */
  next(): number {
    return this.#sizes.shift() ?? this.#size
  }

  #beginFrame(): void {
    const first = this.#header.readUInt8(0)
    this.#headerRead = 0
    this.#payloadLeft = payloadSize(this.#header)
    if ((first & OPCODE) >= FIRST_CONTROL) return
    this.#size += this.#payloadLeft
    if ((first & FIN) === 0) return
    this.#sizes.push(this.#size)
    this.#size = 0
  }
}

/** What the second byte makes of the header; the first alone is never a whole one. */
function headerSize(header: Buffer): number {
  const second = header.readUInt8(1)
  return 2 + lengthSize(second & LENGTH) + ((second & MASKED) === 0 ? 0 : 4)
}

function lengthSize(length: number): 0 | 2 | 8 {
  if (length < 126) return 0
  return length === 126 ? 2 : 8
}

function payloadSize(header: Buffer): number {
  const length = header.readUInt8(1) & LENGTH
  if (length < 126) return length
  return length === 126 ? header.readUInt16BE(2) : Number(header.readBigUInt64BE(2))
}
