import { setTimeout } from "node:timers/promises"
import { micros } from "../clock.js"
import { Histogram } from "../histogram.js"
import type { Label } from "../payload.js"
import { answerCommands } from "../process/commands.js"
import { ownUsage } from "../process/process-usage.js"
import { dialects } from "./dialect.js"
import { FrameCounter } from "./frame-counter.js"
import {
  type ConnectCommand,
  type GeneratorCommand,
  generatorCommand,
  type Observation,
} from "./generator-commands.js"
import { subscribe } from "./subscriber.js"

/** So many connections are being opened at a time. */
const OPENING_AT_ONCE = 100
/** No message for so long, in microseconds, and what is missing won't come. */
const PATIENCE = 10_000_000
/** How often a drain looks, in milliseconds. */
const DRAIN_POLL = 2

/** All the subscribers of this process. */
class Generator {
  readonly #counters: FrameCounter[] = []
  readonly #latencies = new Histogram()
  #lost = 0
  #disordered = 0
  #first = 0
  #firstAt = 0
  #lastAt = 0
  #since = { at: 0, cpu: 0 }

  /** Subscribes all. @throws Error when the server refuses one. */
  async connect({ port, dialect, subscribers, sampled }: ConnectCommand): Promise<void> {
    const samplesBefore = (index: number): number => Math.floor((index * sampled) / subscribers)
    const openInTurn = async (): Promise<void> => {
      while (this.#counters.length < subscribers) {
        const index = this.#counters.length
        // Evenly spread over the order in which they come, and so over that of a broadcast.
        const counter = this.#addCounter(samplesBefore(index) < samplesBefore(index + 1))
        await subscribe({
          port,
          dialect: dialects[dialect],
          counter,
          onRead: () => {
            this.#lastAt = micros()
          },
          onLost: () => {
            this.#lost++
          },
        })
      }
    }
    await Promise.all(Array.from({ length: OPENING_AT_ONCE }, openInTurn))
  }

  #addCounter(sampled: boolean): FrameCounter {
    const counter = sampled
      ? new FrameCounter((label, index) => this.#sample(label, index))
      : new FrameCounter()
    this.#counters.push(counter)
    return counter
  }

  #sample({ at, sequence }: Label, index: number): void {
    const now = micros()
    this.#latencies.add(now - at)
    if (sequence !== index) this.#disordered++
    if (sequence === this.#first) this.#firstAt = now
  }

  /** Starts a new observation: of what comes after so many messages. */
  forget(messages: number): void {
    this.#latencies.clear()
    this.#first = messages
    this.#firstAt = 0
    this.#since = { at: micros(), cpu: ownUsage.cpuMicros() }
  }

  /**
   * Waits until each subscriber has so many messages, and tells what was seen.
   * @throws Error when a message is missing, too many or out of order, or a connection is lost.
   */
  async drain(messages: number): Promise<Observation> {
    const start = micros()
    while (!this.#isComplete(messages)) {
      if (micros() - Math.max(start, this.#lastAt) > PATIENCE) {
        const short = this.#counters.filter(({ count }) => count < messages).length
        throw new Error(`${short} of ${this.#counters.length} subscribers miss messages`)
      }
      await setTimeout(DRAIN_POLL)
    }
    return {
      latencies: this.#latencies.entries(),
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
      cpuShare: (ownUsage.cpuMicros() - this.#since.cpu) / (micros() - this.#since.at),
    }
  }

  #isComplete(messages: number): boolean {
    if (this.#lost > 0) throw new Error(`${this.#lost} subscribers lost their connection`)
    if (this.#disordered > 0) throw new Error(`${this.#disordered} messages came out of order`)
    const most = this.#counters.reduce((max, { count }) => Math.max(max, count), 0)
    if (most > messages) throw new Error(`a subscriber got ${most} messages of ${messages}`)
    return this.#counters.every(({ count }) => count === messages)
  }
}

const generator = new Generator()

answerCommands({
  schema: generatorCommand,
  handle(command: GeneratorCommand) {
    switch (command.do) {
      case "connect":
        return generator.connect(command)
      case "forget":
        return generator.forget(command.messages)
      case "drain":
        return generator.drain(command.messages)
    }
  },
})
