import { randomBytes } from "node:crypto"
import { errors, ProtocolError } from "@instant-ws/protocol"
import type {
  HistoryFilter,
  HistoryOptions,
  StoredPublication,
  StreamPart,
  StreamPosition,
} from "../broker.js"

/**
 * How long the beginning of a stream is remembered, in milliseconds: long enough to reconnect, and not
 * for as long as positions that cost a publication, as clients may ask for any number of channels.
 */
const UNUSED_TTL = 60_000

/** The history of one channel in memory. Times are Unix times in milliseconds. */
export class Stream {
  readonly #epoch = randomBytes(6).toString("base64url")
  #offset = 0
  #version = 0
  #versionEpoch = ""
  #publications: StoredPublication[] = []
  #expiresAt = Number.POSITIVE_INFINITY
  #forgottenAt = Number.POSITIVE_INFINITY
  #heldUntil = Number.POSITIVE_INFINITY

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

  /** Remembers the position for another `metaTtl`, or only briefly while it is the beginning. */
  keep(metaTtl: number, now: number): void {
    this.#forgottenAt = metaTtl > 0 ? now + metaTtl : Number.POSITIVE_INFINITY
    this.hold(now)
  }

  /** Somebody stands at the position, or just did. */
  hold(now: number): void {
    this.#heldUntil = now + UNUSED_TTL
  }

  /** Whether nothing was ever published. */
  get isUnused(): boolean {
    return this.#offset === 0
  }

  /** @throws ProtocolError 112 when `since` is of another epoch. */
  read({ since, limit, reverse = false }: HistoryFilter, now: number): StreamPart {
    this.#expire(now)
    const { position } = this
    if (since !== undefined && since.epoch !== "" && since.epoch !== position.epoch) {
      throw new ProtocolError(errors.unrecoverablePosition)
    }
    if (limit === 0) return { publications: [], position }
    const publications = reverse ? this.#before(since, limit) : this.#after(since, limit)
    return { publications, position }
  }

  /** Whether the stream may be dropped, epoch and all. */
  isForgotten(now: number): boolean {
    this.#expire(now)
    return now >= this.#forgottenAt || (this.isUnused && now >= this.#heldUntil)
  }

  // What is kept are the last offsets without a gap: publications only ever go from the old end.

  #after(since: StreamPosition | undefined, limit = Number.POSITIVE_INFINITY) {
    const from = since === undefined ? 0 : Math.max(0, since.offset - this.#gone)
    return this.#publications.slice(from, from + limit)
  }

  #before(since: StreamPosition | undefined, limit = Number.POSITIVE_INFINITY) {
    const { length } = this.#publications
    const to =
      since === undefined ? length : Math.max(0, Math.min(length, since.offset - this.#gone - 1))
    return this.#publications.slice(Math.max(0, to - limit), to).reverse()
  }

  /** The offset of the last publication that is no longer kept. */
  get #gone(): number {
    return this.#offset - this.#publications.length
  }

  #expire(now: number): void {
    if (now >= this.#expiresAt) this.#publications = []
  }
}
