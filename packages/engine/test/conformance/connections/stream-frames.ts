import { readVarint } from "../varint.js"

/** Splits a stream of bytes into frames: each chunk gives the frames that it completes. */
export type FrameSplitter = (chunk: Buffer) => readonly Buffer[]

/** Frames are lines. */
export function splitLines(): FrameSplitter {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const lines: Buffer[] = []
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
      lines.push(rest.subarray(0, end))
      rest = rest.subarray(end + 1)
    }
    return lines
  }
}

/** Frames are the `data:` lines of server-sent events. */
export function splitEvents(): FrameSplitter {
  const split = splitLines()
  const field = "data:"
  return (chunk) =>
    split(chunk)
      .filter((line) => line.toString("latin1", 0, field.length) === field)
      .map((line) => line.subarray(field.length))
}

/** Frames have their length before them, as a varint, and keep it. */
export function splitLengthPrefixed(): FrameSplitter {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const frames: Buffer[] = []
    for (let end = prefixedEnd(rest); end <= rest.length; end = prefixedEnd(rest)) {
      frames.push(rest.subarray(0, end))
      rest = rest.subarray(end)
    }
    return frames
  }
}

function prefixedEnd(bytes: Buffer): number {
  const isComplete = bytes.some((byte) => byte < 0x80)
  if (!isComplete) return Number.POSITIVE_INFINITY
  const { value, end } = readVarint(bytes, 0)
  return end + value
}
