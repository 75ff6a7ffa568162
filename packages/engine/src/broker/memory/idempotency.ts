import type { BrokerResult } from "../broker.js"

/** How long a key is remembered, in milliseconds: as long as Centrifugo does. */
const LIFETIME = 300_000

/** The results of recent publications by idempotency key. */
export class IdempotencyKeys {
  /** In order of time, as all live equally long. */
  readonly #results = new Map<string, { readonly result: BrokerResult; readonly until: number }>()

  /** The result under a key, if it is still remembered. */
  get(channel: string, key: string, now: number): BrokerResult | undefined {
    this.#forget(now)
    return this.#results.get(`${channel}\0${key}`)?.result
  }

  set(
    at: { readonly channel: string; readonly key: string },
    result: BrokerResult,
    now: number,
  ): void {
    this.#results.set(`${at.channel}\0${at.key}`, { result, until: now + LIFETIME })
  }

  #forget(now: number): void {
    for (const [key, { until }] of this.#results) {
      if (until > now) return
      this.#results.delete(key)
    }
  }
}
