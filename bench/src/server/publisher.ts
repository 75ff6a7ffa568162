import { setImmediate, setTimeout } from "node:timers/promises"
import { micros } from "../clock.js"
import { type Payload, payload } from "../payload.js"

/** What is to be published, evenly spread. */
export interface PublishOrder {
  /** Publications a second. */
  readonly rate: number
  readonly seconds: number
}

/** What was published. */
export interface Published {
  /** Less than ordered when the server could not keep up. */
  readonly publications: number
  /** When the first was due, in microseconds of the clock. */
  readonly startedAt: number
}

/** At most so much of the order in one turn of the loop; what a server lags behind waits. */
const TURN_SECONDS = 0.02
/** A timer may fire so late without anybody being busy. */
const TIMER_GRAIN_MICROS = 2_000
/** How long after the end a publication that was due may still go out, in seconds. */
const GRACE_SECONDS = 0.05

/** Publishes at a steady pace, as a busy application in the server's process would. */
export class PacedPublisher {
  readonly #publish: (payloads: readonly Payload[]) => void | Promise<void>
  #sequence = 0

  constructor(publish: (payloads: readonly Payload[]) => void | Promise<void>) {
    this.#publish = publish
  }

  /** Carries out an order, as far as the server lets it. */
  async run({ rate, seconds }: PublishOrder): Promise<Published> {
    const startedAt = micros()
    const end = startedAt + (seconds + GRACE_SECONDS) * 1e6
    const ordered = Math.max(1, Math.round(rate * seconds))
    const perTurn = Math.max(1, Math.ceil(rate * TURN_SECONDS))
    const dueAt = (index: number): number => startedAt + (index / rate) * 1e6
    let publications = 0
    while (publications < ordered && micros() < end) {
      const now = micros()
      const due = Math.min(ordered, Math.floor(((now - startedAt) / 1e6) * rate) + 1)
      const turn = Math.min(due - publications, perTurn)
      const first = publications
      const payloads = Array.from({ length: turn }, (_, i) => this.#payload(dueAt(first + i), now))
      // A timer may also be early.
      if (turn > 0) await this.#publish(payloads)
      publications += turn
      if (publications < due) await setImmediate()
      else if (publications < ordered) await waitUntil(dueAt(publications))
    }
    return { publications, startedAt }
  }

  /**
   * A message's clock starts when it was due: what waits because the server is busy has waited. Only a
   * timer's own grain does not count.
   */
  #payload(dueAt: number, now: number): Payload {
    const at = now - dueAt < TIMER_GRAIN_MICROS ? now : dueAt
    return payload({ at, sequence: this.#sequence++ })
  }
}

async function waitUntil(at: number): Promise<void> {
  const wait = (at - micros()) / 1000
  if (wait > 0) await setTimeout(Math.ceil(wait))
  else await setImmediate()
}
