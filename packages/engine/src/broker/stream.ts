import { randomBytes } from "node:crypto"
import { errors, ProtocolError } from "@instant-ws/protocol"
import type {
  HistoryFilter,
  HistoryOptions,
  StoredPublication,
  StreamPart,
  StreamPosition,
} from "./broker.js"

/**
 * How long the beginning of a stream is remembered, in milliseconds: long enough to reconnect, and not
 * for as long as positions that cost a publication, as clients may ask for any number of channels.
 */
const UNUSED_TTL = 60_000
const NEVER = Number.POSITIVE_INFINITY

/** The newest publication of a stream: its offset, and its version where publications have versions. */
export interface StreamHead {
  /** 0 before the first. */
  readonly offset: number
  readonly version: number
  readonly versionEpoch: string
}

const BEGINNING: StreamHead = { offset: 0, version: 0, versionEpoch: "" }

/**
 * The head with one more publication; undefined when its version is no news. Version 0 always is, and
 * forgets the last one; a new `versionEpoch` counts anew.
 */
export function advance(
  head: StreamHead,
  { version, versionEpoch }: Omit<StreamHead, "offset">,
): StreamHead | undefined {
  const isNews = version === 0 || versionEpoch !== head.versionEpoch || version > head.version
  return isNews ? { offset: head.offset + 1, version, versionEpoch } : undefined
}

/** All that a stream is; times are Unix times in milliseconds. */
export interface StreamState extends StreamHead {
  readonly epoch: string
  readonly publications: readonly StoredPublication[]
  /** When the publications go. */
  readonly expiresAt: number
  /** When the position goes, if nobody uses it. */
  readonly forgottenAt: number
}

/** The history of one channel in memory. Times are Unix times in milliseconds. */
export class Stream {
  readonly epoch: string
  #head: StreamHead = BEGINNING
  #publications: StoredPublication[] = []
  #expiresAt = NEVER
  #forgottenAt = NEVER
  #heldUntil = NEVER
  /** What was read last: a crowd that comes back asks for the same. */
  #lastRead: { readonly filter: HistoryFilter; readonly part: StreamPart } | undefined

  /** A new stream, or one as it was. */
  constructor(state?: StreamState) {
    this.epoch = state?.epoch ?? randomBytes(6).toString("base64url")
    if (state === undefined) return
    const { offset, version, versionEpoch } = state
    this.#head = { offset, version, versionEpoch }
    this.#publications = [...state.publications]
    this.#expiresAt = state.expiresAt
    this.#forgottenAt = state.forgottenAt
  }

  get head(): StreamHead {
    return this.#head
  }

  get position(): StreamPosition {
    return { offset: this.#head.offset, epoch: this.epoch }
  }

  /** Appends a publication under the next offset, or as the head that is given. */
  append(
    publication: Omit<StoredPublication, "offset">,
    { size, ttl, metaTtl, head }: HistoryOptions & { readonly head?: StreamHead },
    now: number,
  ): StoredPublication {
    this.#expire(now)
    this.#head = head ?? { ...this.#head, offset: this.#head.offset + 1 }
    const { data, info, tags } = publication
    const stored = { offset: this.#head.offset, data, info, tags }
    this.#publications.push(stored)
    while (this.#publications.length > size) this.#publications.shift()
    this.#lastRead = undefined
    this.#expiresAt = now + ttl
    this.keep(metaTtl, now)
    return stored
  }

  /** The newest publication that is kept. */
  last(now: number): StoredPublication | undefined {
    this.#expire(now)
    return this.#publications.at(-1)
  }

  /** Drops the publications. */
  clear(): void {
    this.#publications = []
    this.#lastRead = undefined
  }

  /** Remembers the position for another `metaTtl`, or only briefly while it is the beginning. */
  keep(metaTtl: number, now: number): void {
    this.#forgottenAt = metaTtl > 0 ? now + metaTtl : NEVER
    this.hold(now)
  }

  /** Somebody stands at the position, or just did. */
  hold(now: number): void {
    this.#heldUntil = now + UNUSED_TTL
  }

  /** Whether nothing was ever published. */
  get isUnused(): boolean {
    return this.#head.offset === 0
  }

  /** Whether nobody has asked for it lately. */
  isIdle(now: number): boolean {
    return now >= this.#heldUntil
  }

  /** When the publications go. */
  get expiresAt(): number {
    return this.#expiresAt
  }

  /** When the position goes, if nobody uses it. */
  get forgottenAt(): number {
    return this.isUnused ? Math.min(this.#forgottenAt, this.#heldUntil) : this.#forgottenAt
  }

  /** Whether the stream may be dropped, epoch and all. */
  isForgotten(now: number): boolean {
    this.#expire(now)
    return now >= this.forgottenAt
  }

  /** The offset of the last publication that is no longer kept. */
  gone(now: number): number {
    this.#expire(now)
    return this.#gone
  }

  /**
   * The same answer for all who ask for the same, until something changes.
   * @throws ProtocolError 112 when `since` is of another epoch.
   */
  read(filter: HistoryFilter, now: number): StreamPart {
    this.#expire(now)
    if (filter.limit === 0) return this.#read(filter)
    if (this.#lastRead === undefined || !isSame(this.#lastRead.filter, filter)) {
      this.#lastRead = { filter, part: this.#read(filter) }
    }
    return this.#lastRead.part
  }

  #read({ since, limit, reverse = false }: HistoryFilter): StreamPart {
    const { position } = this
    if (since !== undefined && since.epoch !== "" && since.epoch !== position.epoch) {
      throw new ProtocolError(errors.unrecoverablePosition)
    }
    if (limit === 0) return { publications: [], position }
    const publications = reverse ? this.#before(since, limit) : this.#after(since, limit)
    return { publications, position }
  }

  // What is kept are the last offsets without a gap: publications only ever go from the old end.

  #after(since: StreamPosition | undefined, limit = NEVER) {
    const from = since === undefined ? 0 : Math.max(0, since.offset - this.#gone)
    return this.#publications.slice(from, from + limit)
  }

  #before(since: StreamPosition | undefined, limit = NEVER) {
    const { length } = this.#publications
    const to =
      since === undefined ? length : Math.max(0, Math.min(length, since.offset - this.#gone - 1))
    return this.#publications.slice(Math.max(0, to - limit), to).reverse()
  }

  get #gone(): number {
    return this.#head.offset - this.#publications.length
  }

  #expire(now: number): void {
    if (now < this.#expiresAt || this.#publications.length === 0) return
    this.clear()
  }
}

function isSame(one: HistoryFilter, other: HistoryFilter): boolean {
  return (
    one.limit === other.limit &&
    one.reverse === other.reverse &&
    one.since?.offset === other.since?.offset &&
    one.since?.epoch === other.since?.epoch
  )
}
