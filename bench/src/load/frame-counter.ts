import { LABEL_BYTES, type Label, MARK, PAYLOAD_BYTES, readLabel } from "../payload.js"
import { headerLength, payloadLength } from "./websocket-frame.js"

/** Told of a message: its label, and how many this connection had before it. */
export type OnLabel = (label: Label, index: number) => void

/**
 * Counts the messages of one connection in its websocket frames, in whatever pieces they come, without
 * decoding them: it steps from mark to mark, which are never closer than a payload is long.
 */
export class FrameCounter {
  readonly #onLabel: OnLabel | undefined
  #count = 0
  /** Bytes of the current frame's payload that are still to come. */
  #left = 0
  /** Payload bytes, from here on, that can hold no mark. */
  #skip = 0
  /** A header that was cut in two. */
  #cut: Buffer | undefined

  /** @param onLabel Makes this a sampled connection. Messages whose label was cut in two are not told. */
  constructor(onLabel?: OnLabel) {
    this.#onLabel = onLabel
  }

  /** Messages so far. */
  get count(): number {
    return this.#count
  }

  /** Takes the next `length` bytes of the connection, from the start of `bytes`, which it does not keep. */
  read(bytes: Buffer, length: number): void {
    if (this.#cut !== undefined) {
      const joined = Buffer.concat([this.#cut, bytes.subarray(0, length)])
      this.#cut = undefined
      this.#read(joined, joined.length)
    } else {
      this.#read(bytes, length)
    }
  }

  #read(bytes: Buffer, length: number): void {
    let at = 0
    while (at < length) {
      if (this.#left === 0) {
        const payload = at + 1 < length ? at + headerLength(bytes, at) : length + 1
        if (payload > length) {
          this.#cut = Buffer.from(bytes.subarray(at, length))
          return
        }
        this.#left = payloadLength(bytes, at)
        at = payload
      }
      const end = Math.min(at + this.#left, length)
      this.#scan(bytes, at, end)
      this.#left -= end - at
      at = end
    }
  }

  #scan(bytes: Buffer, from: number, end: number): void {
    let at = from + this.#skip
    while (at < end) {
      if (bytes[at] !== MARK) {
        at++
        continue
      }
      if (this.#onLabel !== undefined && at + LABEL_BYTES <= end) {
        this.#onLabel(readLabel(bytes, at), this.#count)
      }
      this.#count++
      at += PAYLOAD_BYTES
    }
    this.#skip = at - end
  }
}
