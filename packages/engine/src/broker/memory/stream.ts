import { randomBytes } from "node:crypto"
import { errors, ProtocolError } from "@instant-ws/protocol"
import type {
  HistoryFilter,
  HistoryOptions,
  StoredPublication,
  StreamPart,
  StreamPosition,
} from "../broker.js"

/** The history of one channel in memory. Times are Unix times in milliseconds. */
export class Stream {
  readonly #epoch = randomBytes(6).toString("base64url")
  #offset = 0
  #version = 0
  #versionEpoch = ""
  #publications: StoredPublication[] = []
  #expiresAt = Number.POSITIVE_INFINITY
  #forgottenAt = Number.POSITIVE_INFINITY

  get position(): StreamPosition {
    return { offset: this.#offset, epoch: this.#epoch }
  }

  /** Appends a publication under the next offset. */
  append(
    publication: Omit<StoredPublication, "offset">,
    { size, ttl, metaTtl }: HistoryOptions,
    now: number,
  ): StoredPublication {
    this.#expire(now)
    const stored = { ...publication, offset: ++this.#offset }
    this.#publications.push(stored)
    while (this.#publications.length > size) this.#publications.shift()
    this.#expiresAt = now + ttl
    this.keep(metaTtl, now)
    return stored
  }

  /** The newest publication that is kept. */
  last(now: number): StoredPublication | undefined {
    this.#expire(now)
    return this.#publications.at(-1)
  }

  /**
   * Whether a publication of this version is news, and remembers it. Version 0 always is, and forgets
   * the last one; a new `epoch` counts anew.
   */
  acceptsVersion(version: number, epoch: string): boolean {
    const isNews = version === 0 || epoch !== this.#versionEpoch || version > this.#version
    if (isNews) {
      this.#version = version
      this.#versionEpoch = epoch
    }
    return isNews
  }

  /** Drops the publications. */
  clear(): void {
    this.#publications = []
  }

  /** Remembers the position for another `metaTtl`. */
  keep(metaTtl: number, now: number): void {
    this.#forgottenAt = metaTtl > 0 ? now + metaTtl : Number.POSITIVE_INFINITY
  }

  /** @throws ProtocolError 112 when `since` is of another epoch. */
  read({ since, limit, reverse = false }: HistoryFilter, now: number): StreamPart {
    this.#expire(now)
    const { position } = this
    if (since !== undefined && since.epoch !== "" && since.epoch !== position.epoch) {
      throw new ProtocolError(errors.unrecoverablePosition)
    }
    if (limit === 0) return { publications: [], position }
    const part = this.#select(since, reverse)
    return { publications: limit === undefined ? part : part.slice(0, limit), position }
  }

  /** Whether the stream may be dropped, epoch and all. */
  isForgotten(now: number): boolean {
    this.#expire(now)
    return now >= this.#forgottenAt
  }

  #select(since: StreamPosition | undefined, reverse: boolean): readonly StoredPublication[] {
    if (since === undefined) {
      return reverse ? this.#publications.toReversed() : this.#publications.slice()
    }
    if (reverse) return this.#publications.filter((p) => p.offset < since.offset).reverse()
    return this.#publications.filter((p) => p.offset > since.offset)
  }

  #expire(now: number): void {
    if (now >= this.#expiresAt) this.#publications = []
  }
}
