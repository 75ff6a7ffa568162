import type { ClientInfo } from "@instant-ws/protocol"
import type {
  Broker,
  BrokerListener,
  BrokerPublication,
  BrokerResult,
  HistoryFilter,
  HistoryOptions,
  StreamPart,
} from "../broker.js"
import { IdempotencyKeys } from "./idempotency.js"
import { Stream } from "./stream.js"

/** How often streams that nobody has used for long are looked for, in milliseconds. */
const SWEEP_INTERVAL = 10_000

/** Keeps everything in this process; what it knows ends with the process. */
export class MemoryBroker implements Broker {
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
    this.#idempotency.set({ channel, key }, result, now)
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
    const { data, info, tags, history } = publication
    const content = { data, ...(info && { info }), ...(tags && { tags }) }
    if (history !== undefined) {
      return this.#append(channel, { ...publication, history, content }, now)
    }
    this.#listener?.onPublication(channel, { ...content, offset: 0 }, { epoch: "" })
    return { isRepeated: false }
  }

  #append(channel: string, publication: Kept, now: number): BrokerResult {
    const { content, history, version, versionEpoch, delta } = publication
    const stream = this.#stream(channel)
    if (!stream.acceptsVersion(version, versionEpoch)) {
      return { position: stream.position, isRepeated: true }
    }
    const previous = delta ? stream.last(now) : undefined
    const stored = stream.append(content, history, now)
    const { position } = stream
    this.#listener?.onPublication(channel, version > 0 ? { ...stored, version } : stored, {
      epoch: position.epoch,
      previous,
    })
    return { position, isRepeated: false }
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

type Kept = BrokerPublication & {
  readonly history: HistoryOptions
  readonly content: Pick<BrokerPublication, "data" | "info" | "tags">
}
