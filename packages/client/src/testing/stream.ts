import type { ServerTime } from "./server-time.js"

/** Who published, joined or left. */
export interface ClientInfo {
  readonly user: string
  readonly client: string
}

/** A publication as it goes to clients. */
export interface Publication {
  readonly offset: number
  readonly data: unknown
  /** Who published; absent when the server did. */
  readonly info?: ClientInfo
}

/** Where somebody stands in a stream. */
export interface Position {
  readonly offset: number
  readonly epoch: string
}

/** Which part of a stream is read. */
export interface StreamFilter {
  /** Without it from the beginning, or from the end when reversed. */
  readonly since?: Position
  /** How many at most; below 0 all. */
  readonly limit: number
  readonly reverse: boolean
}

/** As the generated configurations have it: the last 100 publications, for 10 minutes. */
const SIZE = 100
const LIFETIME = 600_000

let count = 0
const newEpoch = () => `epoch${++count}`

/** What a channel keeps. */
export class Stream {
  readonly #time: ServerTime
  #epoch = newEpoch()
  #offset = 0
  #kept: readonly Publication[] = []
  #expiresAt = 0

  constructor(time: ServerTime) {
    this.#time = time
  }

  get position(): Position {
    return { offset: this.#offset, epoch: this.#epoch }
  }

  append(data: unknown, info: ClientInfo | undefined): Publication {
    const publication = { offset: ++this.#offset, data, ...(info && { info }) }
    this.#kept = [...this.#publications, publication].slice(-SIZE)
    this.#expiresAt = this.#time.now() + LIFETIME
    return publication
  }

  /** What came after a position; undefined when that can't be told. */
  missedSince({ offset, epoch }: Position): readonly Publication[] | undefined {
    if (epoch !== "" && epoch !== this.#epoch) return undefined
    const missed = this.#publications.filter((publication) => publication.offset > offset)
    return missed.length === this.#offset - offset ? missed : undefined
  }

  /** A part of what is kept; undefined when `since` is of another epoch. */
  read({ since, limit, reverse }: StreamFilter): readonly Publication[] | undefined {
    if (since !== undefined && since.epoch !== "" && since.epoch !== this.#epoch) return undefined
    const inOrder = reverse ? this.#publications.toReversed() : this.#publications
    const wanted = inOrder.filter(({ offset }) => {
      if (since === undefined) return true
      return reverse ? offset < since.offset : offset > since.offset
    })
    return limit < 0 ? wanted : wanted.slice(0, limit)
  }

  /** Drops what is kept, so that no position of before is good for a recovery. */
  forget(): void {
    this.#kept = []
    this.#epoch = newEpoch()
  }

  get #publications(): readonly Publication[] {
    return this.#time.now() < this.#expiresAt ? this.#kept : []
  }
}
