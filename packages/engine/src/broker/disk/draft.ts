import { append, isKept, type KeptPublication, pass } from "../append.js"
import type { BrokerListener, BrokerPublication, BrokerResult } from "../broker.js"
import { IdempotencyKeys, keyed } from "../idempotency.js"
import { advance, Stream, type StreamHead } from "../stream.js"
import { type PublicationRecord, type Records, recordOf, type StreamRecord } from "./records.js"

/** What a draft works on. */
export interface DraftOptions {
  readonly streams: Map<string, Stream>
  readonly keys: IdempotencyKeys
  readonly listener: BrokerListener | undefined
  /** Unix time in milliseconds. */
  readonly now: number
}

/** The answer to what was asked, and what is left to do for it once it is written. */
export interface Drafted<Result> {
  readonly result: Result
  carryOut(): void
}

/**
 * What a group of requests makes of the streams. It is worked out first, then written, and only then
 * carried out: until then nobody sees anything of it.
 */
export class Draft {
  readonly #options: DraftOptions
  /** Streams that begin with this draft. */
  readonly #begun = new Map<string, Stream>()
  readonly #heads = new Map<string, StreamHead>()
  readonly #streams = new Map<string, StreamRecord>()
  readonly #publications: PublicationRecord[] = []
  readonly #keys = new IdempotencyKeys()

  constructor(options: DraftOptions) {
    this.#options = options
  }

  /** What is to be written; undefined when nothing is. */
  get records(): Records | undefined {
    const [streams, keys] = [[...this.#streams.values()], this.#keys.entries]
    const isEmpty = streams.length === 0 && keys.length === 0
    return isEmpty ? undefined : { streams, publications: this.#publications, keys }
  }

  /** What was written holds from now on. To be called before anything is carried out. */
  written(): void {
    for (const [channel, stream] of this.#begun) this.#options.streams.set(channel, stream)
    for (const entry of this.#keys.entries) this.#options.keys.add(entry)
  }

  publish(channel: string, publication: BrokerPublication): Drafted<BrokerResult> {
    const { idempotencyKey: key } = publication
    if (key === "") return this.#publish(channel, publication)
    const { keys, now } = this.#options
    const earlier = this.#keys.get(channel, key, now) ?? keys.get(channel, key, now)
    if (earlier !== undefined) return only({ ...earlier, isRepeated: true })
    const drafted = this.#publish(channel, publication)
    this.#keys.add(keyed({ channel, key }, drafted.result, now))
    return drafted
  }

  /** There is to be a stream, whose position may be told. */
  begin(channel: string, metaTtl: number): Drafted<Stream> {
    const stream = this.#stream(channel)
    stream.keep(metaTtl, this.#options.now)
    if (this.#begun.has(channel)) this.#save(channel, stream, {})
    return only(stream)
  }

  /** Drops what a channel keeps; its position stays. */
  clear(channel: string): Drafted<void> {
    const stream = this.#stream(channel)
    this.#save(channel, stream, { gone: this.#head(channel, stream).offset })
    return { result: undefined, carryOut: () => stream.clear() }
  }

  #publish(channel: string, publication: BrokerPublication): Drafted<BrokerResult> {
    if (isKept(publication)) return this.#append(channel, publication)
    const { listener } = this.#options
    return {
      result: { isRepeated: false },
      carryOut: () => pass(channel, publication, listener),
    }
  }

  #append(channel: string, publication: KeptPublication): Drafted<BrokerResult> {
    const { listener, now } = this.#options
    const { history } = publication
    const stream = this.#stream(channel)
    const before = this.#head(channel, stream)
    const head = advance(before, publication)
    const position = { offset: (head ?? before).offset, epoch: stream.epoch }
    if (head === undefined) return only({ position, isRepeated: true })
    this.#heads.set(channel, head)
    this.#publications.push(recordOf(channel, { ...publication, offset: head.offset }))
    this.#save(channel, stream, {
      gone: Math.max(stream.gone(now), head.offset - history.size),
      expiresAt: now + history.ttl,
      forgottenAt: history.metaTtl > 0 ? now + history.metaTtl : Number.POSITIVE_INFINITY,
    })
    return {
      result: { position, isRepeated: false },
      carryOut: () => append({ channel, stream, head, now, listener }, publication),
    }
  }

  #save(channel: string, stream: Stream, change: Partial<StreamRecord>): void {
    const { epoch, expiresAt, forgottenAt } = stream
    const before = this.#streams.get(channel) ?? { expiresAt, forgottenAt, gone: 0 }
    this.#streams.set(channel, {
      ...before,
      ...change,
      gone: Math.max(before.gone, change.gone ?? 0),
      ...this.#head(channel, stream),
      channel,
      epoch,
      isNew: this.#begun.has(channel),
    })
  }

  /** As it will be once what is drafted so far is written. */
  #head(channel: string, stream: Stream): StreamHead {
    return this.#heads.get(channel) ?? stream.head
  }

  #stream(channel: string): Stream {
    const { streams, now } = this.#options
    const begun = this.#begun.get(channel)
    if (begun !== undefined) return begun
    const known = streams.get(channel)
    if (known !== undefined && !known.isForgotten(now)) return known
    const stream = new Stream()
    this.#begun.set(channel, stream)
    return stream
  }
}

function only<Result>(result: Result): Drafted<Result> {
  return { result, carryOut() {} }
}
