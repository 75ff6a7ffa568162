import { setTimeout } from "node:timers/promises"
import fc from "fast-check"
import { micros } from "../../../bench/src/clock.js"
import { Histogram } from "../../../bench/src/histogram.js"
import { answerCommands } from "../../../bench/src/process/commands.js"
import { sumOf, verdictOn } from "../verdict.js"
import { type ListenerCommand, listenerCommand } from "./commands.js"
import { LeanListener } from "./lean-listener.js"
import { type Listener, noMishaps } from "./listener.js"
import { StockListener } from "./stock-listener.js"

const kinds = { stock: StockListener, lean: LeanListener }
/** So many come for the first time at once. */
const COMING_AT_ONCE = 50
/** The mean of the times between two cuts of a listener, in seconds. */
const CUT_INTERVAL = 4
/** How long what is missing may take, and how often to look, in milliseconds. */
const PATIENCE = 30_000
const POLL = 10

type Command<Name extends ListenerCommand["do"]> = Extract<ListenerCommand, { do: Name }>

/** All the listeners of this process. */
class Listeners {
  readonly #listeners: Listener[] = []
  readonly #latencies = new Histogram()

  async subscribe({ kind, clients, channels, ...where }: Command<"subscribe">): Promise<void> {
    const comeInTurn = async (): Promise<void> => {
      while (this.#listeners.length < clients) {
        const channel = channels[this.#listeners.length % channels.length] ?? ""
        const onDelivery = (at: number): void => this.#latencies.add(micros() - at)
        const listener = new kinds[kind]({ ...where, channel, onDelivery })
        this.#listeners.push(listener)
        await listener.come()
      }
    }
    await Promise.all(Array.from({ length: COMING_AT_ONCE }, comeInTurn))
    this.#latencies.clear()
  }

  leave(): void {
    for (const listener of this.#listeners) listener.leave()
  }

  return() {
    return times(this.#listeners.map((listener) => listener.come()))
  }

  /** Cuts each listener at random moments, and waits until all are back. */
  async jitter({ seconds, seed }: Command<"jitter">) {
    const most = Math.ceil((2 * seconds) / CUT_INTERVAL)
    const moments = fc.array(fc.integer({ min: 0, max: seconds * 1000 }), {
      minLength: 1,
      maxLength: most,
      size: "max",
    })
    const cuts = fc
      .sample(moments, { seed, numRuns: this.#listeners.length })
      .flatMap((all, index) => all.map((moment) => ({ moment, listener: this.#listeners[index] })))
      .toSorted((a, b) => a.moment - b.moment)
    const start = performance.now()
    const returns: Promise<void>[] = []
    const took = new Histogram()
    for (const { moment, listener } of cuts) {
      await setTimeout(Math.max(0, start + moment - performance.now()))
      if (listener?.isSubscribed) returns.push(timed(listener.comeBack(), took))
    }
    await Promise.all(returns)
    return { count: returns.length, entries: took.entries() }
  }

  latencies() {
    const entries = this.#latencies.entries()
    this.#latencies.clear()
    return { count: entries.reduce((sum, [, count]) => sum + count, 0), entries }
  }

  /** Judges when all have what was sent, or the time is up. */
  async judge({ sent }: Command<"judge">) {
    const hasAll = ({ channel, received, isSubscribed }: Listener): boolean =>
      isSubscribed && received.length >= (sent[channel] ?? 0)
    for (const end = Date.now() + PATIENCE; Date.now() < end; await setTimeout(POLL)) {
      if (this.#listeners.every(hasAll)) break
    }
    const verdicts = this.#listeners.map(({ channel, received }) =>
      verdictOn(
        received,
        Array.from({ length: sent[channel] ?? 0 }, (_, index) => index + 1),
      ),
    )
    const mishaps = noMishaps()
    for (const listener of this.#listeners) {
      mishaps.refused += listener.mishaps.refused
      mishaps.failed += listener.mishaps.failed
      mishaps.lost += listener.mishaps.lost
      mishaps.unrecovered += listener.mishaps.unrecovered
    }
    const stranded = this.#listeners.filter(({ isSubscribed }) => !isSubscribed).length
    return { verdict: sumOf(verdicts), stranded, mishaps }
  }
}

/** Waits for all, and tells how long each took. */
async function times(all: readonly Promise<void>[]) {
  const took = new Histogram()
  await Promise.all(all.map((each) => timed(each, took)))
  return { count: all.length, entries: took.entries() }
}

async function timed(what: Promise<void>, took: Histogram): Promise<void> {
  const start = micros()
  await what
  took.add(micros() - start)
}

const listeners = new Listeners()

answerCommands({
  schema: listenerCommand,
  handle(command) {
    switch (command.do) {
      case "subscribe":
        return listeners.subscribe(command)
      case "leave":
        return listeners.leave()
      case "return":
        return listeners.return()
      case "jitter":
        return listeners.jitter(command)
      case "latencies":
        return listeners.latencies()
      case "judge":
        return listeners.judge(command)
    }
  },
})
