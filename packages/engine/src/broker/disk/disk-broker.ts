import { type ClientInfo, errors, ProtocolError } from "@instant-ws/protocol"
import type { Logger } from "pino"
import { pass } from "../append.js"
import type {
  Broker,
  BrokerListener,
  BrokerPublication,
  BrokerResult,
  HistoryFilter,
  StreamPart,
} from "../broker.js"
import { IdempotencyKeys } from "../idempotency.js"
import { Stream } from "../stream.js"
import type { DiskStore } from "./disk-store.js"
import { Draft, type Drafted } from "./draft.js"
import { publicationOf, type SavedStream } from "./records.js"
import { sweepStreams } from "./sweep-streams.js"

/** How many requests are written together at most. */
const MAX_GROUP = 1_000
/** How many may wait; a disk that can't keep up must not cost all memory. */
const MAX_WAITING = 100_000
/** How often what nobody uses any more is looked for, in milliseconds. */
const SWEEP_INTERVAL = 30_000
/** Every so many sweeps the file is told of all that is in use: well within the slack that it gives. */
const SWEEPS_UNTIL_ALL = 20

/** Something to be written, and who waits for it. */
interface Request {
  readonly channel: string
  /** Says what it makes of the streams; what is returned is called once that is written. */
  draft(draft: Draft): () => void
  reject(error: unknown): void
}

/**
 * Keeps history, positions and idempotency keys in a file, and what is in use in memory as well. A
 * publication is seen, by subscribers and readers, when it is written; all that is asked while the disk is
 * busy is written together next. So an engine that is killed and started again goes on where it was.
 */
export class DiskBroker implements Broker {
  readonly ready: Promise<void>
  readonly #store: DiskStore
  readonly #log: Logger
  readonly #streams = new Map<string, Stream>()
  readonly #keys = new IdempotencyKeys()
  readonly #sweep: NodeJS.Timeout
  /** How many requests wait, by channel. */
  readonly #pending = new Map<string, number>()
  #waiting: Request[] = []
  #isSweepDue = false
  #sweeps = 0
  #working: Promise<void> | undefined
  #listener: BrokerListener | undefined

  constructor(store: DiskStore, log: Logger) {
    this.#store = store
    this.#log = log
    this.ready = this.#open()
    // Whoever publishes hears of it too; nobody has to wait for this.
    this.ready.catch(() => undefined)
    this.#sweep = setInterval(() => {
      this.#isSweepDue = true
      this.#start()
    }, SWEEP_INTERVAL)
    this.#sweep.unref()
  }

  get waiting(): number {
    return this.#waiting.length
  }

  listen(listener: BrokerListener): void {
    this.#listener = listener
  }

  async publish(channel: string, publication: BrokerPublication): Promise<BrokerResult> {
    const { history, idempotencyKey } = publication
    const isWritten = history !== undefined || idempotencyKey !== ""
    // What isn't kept waits all the same behind what is, so that all see the same order.
    if (isWritten || this.#pending.has(channel)) {
      return this.#ask(channel, (draft) => draft.publish(channel, publication))
    }
    pass(channel, publication, this.#listener)
    return { isRepeated: false }
  }

  async publishJoin(channel: string, client: ClientInfo): Promise<void> {
    this.#listener?.onJoin(channel, client)
  }

  async publishLeave(channel: string, client: ClientInfo): Promise<void> {
    this.#listener?.onLeave(channel, client)
  }

  async history(channel: string, filter: HistoryFilter): Promise<StreamPart> {
    const { metaTtl } = filter
    const known = this.#streams.get(channel)
    const stream =
      known === undefined || known.isForgotten(Date.now())
        ? await this.#ask(channel, (draft) => draft.begin(channel, metaTtl))
        : known
    const now = Date.now()
    stream.keep(metaTtl, now)
    return stream.read(filter, now)
  }

  async removeHistory(channel: string): Promise<void> {
    await this.#ask(channel, (draft) => draft.clear(channel))
  }

  /** Writes what was asked before, and closes the file. */
  async close(): Promise<void> {
    clearInterval(this.#sweep)
    while (this.#working !== undefined) await this.#working
    await this.#store.close()
  }

  async #open(): Promise<void> {
    const { keys, damaged } = await this.#store.opened
    for (const entry of keys) this.#keys.add(entry)
    if (damaged === undefined) return
    this.#log.error(
      { damaged },
      "the history file was damaged: it was put aside, and all begins anew",
    )
  }

  #ask<Result>(channel: string, plan: (draft: Draft) => Drafted<Result>): Promise<Result> {
    if (this.#waiting.length >= MAX_WAITING) throw new ProtocolError(errors.tooManyRequests)
    return new Promise((resolve, reject) => {
      const draft = (of: Draft) => {
        const { result, carryOut } = plan(of)
        return () => {
          carryOut()
          resolve(result)
        }
      }
      this.#waiting.push({ channel, draft, reject })
      this.#pending.set(channel, (this.#pending.get(channel) ?? 0) + 1)
      this.#start()
    })
  }

  #start(): void {
    this.#working ??= this.#work()
  }

  async #work(): Promise<void> {
    await this.ready.catch(() => undefined)
    // What comes in the same turn of the loop belongs to the first group.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0 || this.#isSweepDue) {
      await this.#write(this.#waiting.splice(0, MAX_GROUP))
      if (this.#isSweepDue) await this.#sweepAll()
    }
    // Here and not when the promise settles: what is asked in between would wait for nobody.
    this.#working = undefined
  }

  async #write(group: readonly Request[]): Promise<void> {
    try {
      await this.#load(group)
      const draft = new Draft({
        streams: this.#streams,
        keys: this.#keys,
        listener: this.#listener,
        now: Date.now(),
      })
      const carryOuts = group.map((request) => request.draft(draft))
      const { records } = draft
      if (records !== undefined) await this.#store.commit(records)
      draft.written()
      for (const carryOut of carryOuts) carryOut()
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
    for (const { channel } of group) this.#answered(channel)
  }

  #answered(channel: string): void {
    const left = (this.#pending.get(channel) ?? 0) - 1
    if (left > 0) this.#pending.set(channel, left)
    else this.#pending.delete(channel)
  }

  /** Brings the streams that are asked for into memory. */
  async #load(group: readonly Request[]): Promise<void> {
    const channels = new Set(group.map(({ channel }) => channel))
    const absent = [...channels].filter((channel) => !this.#streams.has(channel))
    if (absent.length === 0) return
    for (const saved of await this.#store.load(absent)) {
      this.#streams.set(saved.channel, restored(saved))
    }
  }

  async #sweepAll(): Promise<void> {
    this.#isSweepDue = false
    try {
      await sweepStreams({
        streams: this.#streams,
        store: this.#store,
        listener: this.#listener,
        tellsAll: ++this.#sweeps % SWEEPS_UNTIL_ALL === 0,
      })
    } catch (err) {
      this.#log.error({ err }, "what is no longer used stays in the history file")
    }
  }
}

function restored({ publications, ...state }: SavedStream): Stream {
  const stream = new Stream({ ...state, publications: publications.map(publicationOf) })
  stream.hold(Date.now())
  return stream
}
