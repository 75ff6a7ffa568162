import { headerLength, payloadLength } from "./websocket-frame.js"

/** What a frame holds; the opcode is the websocket's. */
export interface Frame {
  readonly opcode: number
  readonly payload: Buffer
}

const EMPTY = Buffer.alloc(0)

/** Cuts the bytes of a server into websocket frames, in whatever pieces they come. */
export class FrameReader {
  #rest: Buffer = EMPTY

  /** Takes the next bytes and returns the frames that are whole; both are only good until the next call. */
  read(bytes: Buffer): readonly Frame[] {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    const frames: Frame[] = []
    let at = 0
    while (at + 2 <= all.length && at + headerLength(all, at) <= all.length) {
      const start = at + headerLength(all, at)
      const end = start + payloadLength(all, at)
      if (end > all.length) break
      frames.push({ opcode: (all[at] ?? 0) & OPCODE, payload: all.subarray(start, end) })
      at = end
    }
    this.#rest = at === all.length ? EMPTY : Buffer.from(all.subarray(at))
    return frames
  }
}

const OPCODE = 0x0f
