import { setImmediate, setTimeout } from "node:timers/promises"
import { channelName, turnOf } from "../channels.js"
import { micros } from "../clock.js"
import { payload } from "../payload.js"
import type { OutgoingPublication, Peer } from "./peer.js"

/** What is to be published, evenly spread. */
export interface PublishOrder {
  /** Publications a second. */
  readonly rate: number
  readonly seconds: number
  /** They go to so many channels in turn. */
  readonly channels: number
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
  readonly #publish: Peer["publish"]
  /** How many went out before. */
  #published = 0

  constructor(publish: Peer["publish"]) {
    this.#publish = publish
  }

  /** Carries out an order, as far as the server lets it. */
  async run({ rate, seconds, channels }: PublishOrder): Promise<Published> {
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
      const batch = Array.from({ length: turn }, (_, i) =>
        this.#next(channels, labelTime(dueAt(first + i), now)),
      )
      // A timer may also be early.
      if (turn > 0) await this.#publish(batch)
      publications += turn
      if (publications < due) await setImmediate()
      else if (publications < ordered) await waitUntil(dueAt(publications))
    }
    return { publications, startedAt }
  }

  #next(channels: number, at: number): OutgoingPublication {
    const { channel, sequence } = turnOf(this.#published++, channels)
    return { channel: channelName(channel), data: payload({ at, sequence }) }
  }
}

/**
 * A message's clock starts when it was due: what waits because the server is busy has waited. Only a
 * timer's own grain does not count.
 */
function labelTime(dueAt: number, now: number): number {
  return now - dueAt < TIMER_GRAIN_MICROS ? now : dueAt
}

async function waitUntil(at: number): Promise<void> {
  const wait = (at - micros()) / 1000
  if (wait > 0) await setTimeout(Math.ceil(wait))
  else await setImmediate()
}
