import type { BrokerResult } from "./broker.js"

/** How long a key is remembered, in milliseconds: as long as Centrifugo does. */
const LIFETIME = 300_000

/** The result of a publication under its key. */
export interface KeyedResult {
  readonly channel: string
  readonly key: string
  readonly result: BrokerResult
  /** When it is forgotten, as a Unix time in milliseconds. */
  readonly until: number
}

/** A result that is to be remembered from now on. */
export function keyed(
  at: { readonly channel: string; readonly key: string },
  result: BrokerResult,
  now: number,
): KeyedResult {
  return { ...at, result, until: now + LIFETIME }
}

/** The results of recent publications by idempotency key. */
export class IdempotencyKeys {
  /** In order of time, as all live equally long. */
  readonly #results = new Map<string, KeyedResult>()

  /** The result under a key, if it is still remembered. */
  get(channel: string, key: string, now: number): BrokerResult | undefined {
    this.#forget(now)
    return this.#results.get(idOf(channel, key))?.result
  }

  /** Remembers a result; in order of time. */
  add(entry: KeyedResult): void {
    this.#results.set(idOf(entry.channel, entry.key), entry)
  }

  /** All that were added and aren't forgotten, in their order. */
  get entries(): readonly KeyedResult[] {
    return [...this.#results.values()]
  }

  #forget(now: number): void {
    for (const [id, { until }] of this.#results) {
      if (until > now) return
      this.#results.delete(id)
    }
  }
}

function idOf(channel: string, key: string): string {
  return `${channel}\0${key}`
}
