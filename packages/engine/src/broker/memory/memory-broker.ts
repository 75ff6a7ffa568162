import type { ClientInfo } from "@instant-ws/protocol"
import { append, isKept, type KeptPublication, pass } from "../append.js"
import type {
  Broker,
  BrokerListener,
  BrokerPublication,
  BrokerResult,
  HistoryFilter,
  StreamPart,
} from "../broker.js"
import { IdempotencyKeys, keyed } from "../idempotency.js"
import { advance, Stream } from "../stream.js"

/** How often streams that nobody has used for long are looked for, in milliseconds. */
const SWEEP_INTERVAL = 10_000

/** Keeps everything in this process; what it knows ends with the process. */
export class MemoryBroker implements Broker {
  readonly ready = Promise.resolve()
  readonly waiting = 0
  readonly #streams = new Map<string, Stream>()
  readonly #idempotency = new IdempotencyKeys()
  readonly #sweep: NodeJS.Timeout
  #listener: BrokerListener | undefined

  constructor() {
    this.#sweep = setInterval(() => this.#forget(Date.now()), SWEEP_INTERVAL)
    this.#sweep.unref()
  }

  listen(listener: BrokerListener): void {
    this.#listener = listener
  }

  async publish(channel: string, publication: BrokerPublication): Promise<BrokerResult> {
    const { idempotencyKey: key } = publication
    const now = Date.now()
    if (key === "") return this.#publish(channel, publication, now)
    const earlier = this.#idempotency.get(channel, key, now)
    if (earlier !== undefined) return { ...earlier, isRepeated: true }
    const result = this.#publish(channel, publication, now)
    this.#idempotency.add(keyed({ channel, key }, result, now))
    return result
  }

  async publishJoin(channel: string, client: ClientInfo): Promise<void> {
    this.#listener?.onJoin(channel, client)
  }

  async publishLeave(channel: string, client: ClientInfo): Promise<void> {
    this.#listener?.onLeave(channel, client)
  }

  async history(channel: string, filter: HistoryFilter): Promise<StreamPart> {
    const now = Date.now()
    const stream = this.#stream(channel)
    stream.keep(filter.metaTtl, now)
    return stream.read(filter, now)
  }

  async removeHistory(channel: string): Promise<void> {
    this.#streams.get(channel)?.clear()
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep)
  }

  #publish(channel: string, publication: BrokerPublication, now: number): BrokerResult {
    if (isKept(publication)) return this.#append(channel, publication, now)
    pass(channel, publication, this.#listener)
    return { isRepeated: false }
  }

  #append(channel: string, publication: KeptPublication, now: number): BrokerResult {
    const stream = this.#stream(channel)
    const head = advance(stream.head, publication)
    if (head === undefined) return { position: stream.position, isRepeated: true }
    append({ channel, stream, head, now, listener: this.#listener }, publication)
    return { position: stream.position, isRepeated: false }
  }

  #stream(channel: string): Stream {
    let stream = this.#streams.get(channel)
    if (stream === undefined || stream.isForgotten(Date.now())) {
      stream = new Stream()
      this.#streams.set(channel, stream)
    }
    return stream
  }

  #forget(now: number): void {
    for (const [channel, stream] of this.#streams) {
      if (stream.isUnused && this.#listener?.isSubscribed(channel)) stream.hold(now)
      if (stream.isForgotten(now)) this.#streams.delete(channel)
    }
  }
}
