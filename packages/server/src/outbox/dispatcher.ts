import { ProtocolError } from "@instant-ws/protocol"
import type { Logger } from "pino"
import type { Database } from "../database/database.js"
import type { EngineLink } from "../engine/engine-link.js"
import { Bell } from "./bell.js"
import { type ClaimedEntry, Claims, type RefusedEntry } from "./claims.js"
import { roundsOf } from "./rounds.js"

/** How a dispatcher goes about it. Times are in milliseconds. */
export interface DispatcherOptions {
  /** How long a dispatcher that died elsewhere keeps its entries from others. @default 30_000 */
  readonly lease: number
  /** How often the outbox is looked at when it was empty. @default 200 */
  readonly interval: number
  /** How often an entry is tried that the engine refuses, before it has failed. @default 5 */
  readonly tries: number
  /** The pause before an entry is tried again; it doubles, up to a minute. @default 1_000 */
  readonly retryPause: number
  /** The longest pause while engine or database are away; it begins at 100. @default 10_000 */
  readonly longestPause: number
  /** How long delivered entries are kept. @default 86_400_000 */
  readonly keep: number
  /** Entries that are claimed at once. @default 200 */
  readonly most: number
}

const defaults: DispatcherOptions = {
  lease: 30_000,
  interval: 200,
  tries: 5,
  retryPause: 1_000,
  longestPause: 10_000,
  keep: 86_400_000,
  most: 200,
}

/** What a dispatcher works with. */
export interface DispatcherParts {
  readonly db: Database
  readonly engine: Pick<EngineLink, "publishMany">
  readonly log?: Logger | undefined
  readonly options?: Partial<DispatcherOptions> | undefined
}

/** How long a request to the engine may be under way, with some more. */
const LONGEST_REQUEST = 12_000
const SHORTEST_PAUSE = 100
const LONGEST_RETRY = 60_000
const HOUSEKEEPING = 1_000
const PRUNING = 60_000
/** While a transaction of the site's own is about to end. */
const EAGER = 2

/**
 * Delivers what is in the outbox, in the order of each channel, until it is stopped. Several may run at
 * once, anywhere. Each entry's key has the engine take it once, whoever sends it again within the
 * five minutes that it remembers keys.
 */
export class Dispatcher {
  readonly #claims: Claims
  readonly #parts: DispatcherParts
  readonly #options: DispatcherOptions
  readonly #bell = new Bell()
  readonly #ended: Promise<void>
  #isStopping = false
  #idle: number
  #cleanedAt = Number.NEGATIVE_INFINITY
  #prunedAt = Number.NEGATIVE_INFINITY

  /** Begins at once. */
  constructor(parts: DispatcherParts) {
    this.#parts = parts
    this.#options = { ...defaults, ...parts.options }
    this.#idle = this.#options.interval
    this.#claims = new Claims(parts.db, this.#options)
    this.#ended = this.#run()
  }

  /** Tells that there is something to deliver, or will be as soon as a transaction has ended. */
  wake(moment: "committed" | "in a transaction"): void {
    if (moment === "in a transaction") this.#idle = EAGER
    this.#bell.ring()
  }

  /** Finishes what is under way, and gives back the rest. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#bell.ring()
    await this.#ended
  }

  async #run(): Promise<void> {
    let pause = 0
    while (!this.#isStopping) {
      try {
        await this.#turn()
        pause = 0
      } catch (err) {
        pause = Math.min(this.#options.longestPause, pause * 2 || SHORTEST_PAUSE)
        this.#parts.log?.warn({ err, pause }, "nothing is delivered from the outbox now")
        await this.#rest(pause)
      }
    }
    // Where that fails the lease ends by itself.
    await this.#claims.release().catch(() => {})
  }

  /** A pause that new entries don't end. */
  async #rest(pause: number): Promise<void> {
    const until = performance.now() + pause
    while (!this.#isStopping && performance.now() < until) {
      await this.#bell.wait(until - performance.now())
    }
  }

  /** Delivers some entries, or waits for some. */
  async #turn(): Promise<void> {
    await this.#keepHouse()
    const entries = (await this.#claims.isWorthwhile()) ? await this.#claims.claim() : []
    if (entries.length > 0) {
      this.#idle = this.#options.interval
      return this.#deliver(entries)
    }
    if (this.#isStopping) return
    await this.#bell.wait(this.#idle)
    this.#idle = Math.min(this.#options.interval, this.#idle * 2)
  }

  async #keepHouse(): Promise<void> {
    const now = performance.now()
    if (now - this.#cleanedAt > HOUSEKEEPING) {
      await this.#claims.takeFromGone()
      this.#cleanedAt = now
    }
    if (now - this.#prunedAt > PRUNING) {
      await this.#claims.prune(this.#options.keep)
      this.#prunedAt = now
    }
  }

  /** Sends claimed entries, each only when those before it in its channel are there. */
  async #deliver(entries: readonly ClaimedEntry[]): Promise<void> {
    // Nothing is sent that could arrive when another may have the channel.
    const until = performance.now() + this.#options.lease - LONGEST_REQUEST
    const delivered: ClaimedEntry[] = []
    const refused = new Map<string, RefusedEntry>()
    try {
      for (const round of roundsOf(entries)) {
        if (performance.now() > until) break
        const sent = round.filter(({ channel }) => !refused.has(channel))
        for (const [entry, refusal] of await this.#send(sent)) {
          if (refusal === undefined) delivered.push(entry)
          else refused.set(entry.channel, this.#refused(entry, refusal))
        }
      }
    } finally {
      await this.#claims.settle({ delivered, refused: [...refused.values()] })
    }
  }

  async #send(
    round: readonly ClaimedEntry[],
  ): Promise<readonly (readonly [ClaimedEntry, ProtocolError | undefined])[]> {
    const publications = round.map(({ channel, envelope, key }) => ({
      channel,
      data: JSON.parse(envelope),
      idempotencyKey: key,
    }))
    try {
      const results = await this.#parts.engine.publishMany(publications)
      return round.map((entry, index) => {
        const result = results[index]
        return [entry, result instanceof ProtocolError ? result : undefined]
      })
    } catch (error) {
      await this.#claims.note(round, error instanceof Error ? error.message : String(error))
      throw error
    }
  }

  #refused(entry: ClaimedEntry, { code, message, temporary }: ProtocolError): RefusedEntry {
    const { tries, retryPause } = this.#options
    const reason = `The engine refuses it with code ${code}: ${message}`
    // An engine in trouble refuses for a time: that is no fault of the entry.
    if (entry.attempts + 1 < tries || temporary) {
      const again = Math.min(LONGEST_RETRY, retryPause * 2 ** Math.min(entry.attempts, 10))
      return { entry, reason, again }
    }
    const { channel, key } = entry
    this.#parts.log?.error({ channel, id: key, reason }, "an entry of the outbox has failed")
    return { entry, reason, again: "never" }
  }
}
