const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"
const values = new Map([...Buffer.from(DIGITS)].map((byte, value) => [byte, value]))

const COPY = "@"
const INSERT = ":"
const END = ";"

/**
 * Applies a fossil delta to what it was made against.
 * @throws Error when the delta is malformed, or its size or checksum isn't that of the result.
 */
export function applyFossilDelta(base: Buffer, delta: Buffer): Buffer {
  const reader = new DeltaReader(delta)
  const size = reader.number()
  reader.operator()
  const parts: Buffer[] = []
  for (;;) {
    const count = reader.number()
    const operator = reader.operator()
    if (operator === COPY) {
      const start = reader.number()
      reader.operator()
      parts.push(base.subarray(start, start + count))
    } else if (operator === INSERT) {
      parts.push(reader.bytes(count))
    } else if (operator === END) {
      return checked(Buffer.concat(parts), size, count)
    } else {
      throw new Error(`bad delta: operator ${JSON.stringify(operator)}`)
    }
  }
}

function checked(result: Buffer, size: number, sum: number): Buffer {
  if (result.length !== size) throw new Error(`bad delta: ${result.length} bytes, not ${size}`)
  if (checksum(result) !== sum) throw new Error("bad delta: the checksum is another")
  return result
}

/** The sum of the big-endian 32-bit words, the last one padded with zeros. */
function checksum(bytes: Buffer): number {
  const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
  let sum = 0
  for (let at = 0; at < padded.length; at += 4) sum = (sum + padded.readUInt32BE(at)) >>> 0
  return sum
}

class DeltaReader {
  readonly #delta: Buffer
  #position = 0

  constructor(delta: Buffer) {
    this.#delta = delta
  }

  /** A number in base 64; empty is 0. */
  number(): number {
    let number = 0
    for (;;) {
      const digit = values.get(this.#delta[this.#position] ?? 0)
      if (digit === undefined) return number
      number = number * 64 + digit
      this.#position++
    }
  }

  /** The one character after a number; empty at the end of the delta. */
  operator(): string {
    return this.bytes(1).toString("latin1")
  }

  bytes(count: number): Buffer {
    this.#position += count
    return this.#delta.subarray(this.#position - count, this.#position)
  }
}
