/** The length of a payload's JSON text, in bytes. */
export const PAYLOAD_BYTES = 150
/** The byte `~`: it stands once in each payload and nowhere else in what a server sends. */
export const MARK = 0x7e

const STAMP_DIGITS = 16
const SEQUENCE_DIGITS = 8
const TEXT_LENGTH = PAYLOAD_BYTES - JSON.stringify({ bench: "" }).length

/** How many bytes from the mark on tell the stamp and the sequence number. */
export const LABEL_BYTES = 1 + STAMP_DIGITS + SEQUENCE_DIGITS

/** The data of one publication. */
export interface Payload {
  readonly bench: string
}

/** What a payload says of itself. */
export interface Label {
  /** When it was published, in microseconds of the clock. */
  readonly at: number
  /** How many publications came before it. */
  readonly sequence: number
}

/** A payload with its label behind the mark, filled up to its fixed length. */
export function payload({ at, sequence }: Label): Payload {
  const stamp = Math.round(at).toString().padStart(STAMP_DIGITS, "0")
  const label = `~${stamp}${sequence.toString().padStart(SEQUENCE_DIGITS, "0")}`
  return { bench: label.padEnd(TEXT_LENGTH, "x") }
}

/** Reads the label of the payload whose mark stands at `mark` and lies whole in `bytes`. */
export function readLabel(bytes: Uint8Array, mark: number): Label {
  const afterStamp = mark + 1 + STAMP_DIGITS
  return {
    at: readNumber(bytes, mark + 1, afterStamp),
    sequence: readNumber(bytes, afterStamp, afterStamp + SEQUENCE_DIGITS),
  }
}

/** The label of a payload that has been decoded; undefined for any other data. */
export function labelOf(data: unknown): Label | undefined {
  if (typeof data !== "object" || data === null || !("bench" in data)) return undefined
  const { bench } = data
  if (typeof bench !== "string" || bench.charCodeAt(0) !== MARK) return undefined
  const afterStamp = 1 + STAMP_DIGITS
  return {
    at: Number(bench.slice(1, afterStamp)),
    sequence: Number(bench.slice(afterStamp, afterStamp + SEQUENCE_DIGITS)),
  }
}

function readNumber(bytes: Uint8Array, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at++) value = value * 10 + ((bytes[at] ?? ZERO) - ZERO)
  return value
}

const ZERO = 0x30
