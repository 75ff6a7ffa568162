import { setTimeout } from "node:timers/promises"
import { channelName, publicationsIn } from "../channels.js"
import { micros } from "../clock.js"
import { Histogram } from "../histogram.js"
import type { Label } from "../payload.js"
import { answerCommands } from "../process/commands.js"
import { CpuShare } from "./cpu-share.js"
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

/** Who counts the messages of one connection, and the number of its channel. */
interface Subscriber {
  readonly channel: number
  readonly counter: FrameCounter
}

/** All the subscribers of this process. */
class Generator {
  readonly #subscribers: Subscriber[] = []
  readonly #latencies = new Histogram()
  readonly #cpu = new CpuShare()
  #channels = 1
  #isOrdered = true
  #lost = 0
  #disordered = 0
  /** How many publications came before this observation. */
  #before = 0
  #firstAt = 0
  #lastAt = 0

  /** Subscribes all. @throws Error when the server refuses one. */
  async connect(command: ConnectCommand): Promise<void> {
    const { port, dialect, subscribers, sampled, before, channels, ordered } = command
    this.#channels = channels
    this.#isOrdered = ordered
    const samplesBefore = (index: number): number => Math.floor((index * sampled) / subscribers)
    const openInTurn = async (): Promise<void> => {
      while (this.#subscribers.length < subscribers) {
        const index = this.#subscribers.length
        const channel = (before + index) % channels
        // Evenly spread over the order in which they come, and so over that of a broadcast.
        const isSampled = samplesBefore(index) < samplesBefore(index + 1)
        await subscribe({
          port,
          dialect: dialects[dialect](channelName(channel)),
          counter: this.#addCounter(channel, isSampled),
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

  #addCounter(channel: number, isSampled: boolean): FrameCounter {
    const counter = isSampled
      ? new FrameCounter((label, index) => this.#sample(label, index, channel))
      : new FrameCounter()
    this.#subscribers.push({ channel, counter })
    return counter
  }

  #sample({ at, sequence }: Label, index: number, channel: number): void {
    const now = micros()
    this.#latencies.add(now - at)
    if (this.#isOrdered && sequence !== index) this.#disordered++
    if (sequence === this.#due(channel, this.#before)) this.#firstAt = now
  }

  /** Starts a new observation: of what comes after so many publications. */
  forget(publications: number): void {
    this.#latencies.clear()
    this.#before = publications
    this.#firstAt = 0
    this.#cpu.restart()
  }

  /**
   * Waits until each subscriber has its part of so many publications, and tells what was seen.
   * @throws Error when a message is missing, too many or out of order, or a connection is lost.
   */
  async drain(publications: number): Promise<Observation> {
    const start = micros()
    while (!this.#isComplete(publications)) {
      if (micros() - Math.max(start, this.#lastAt) > PATIENCE) {
        const short = this.#subscribers.filter(
          ({ channel, counter }) => counter.count < this.#due(channel, publications),
        )
        const { length } = this.#subscribers
        throw new Error(`${short.length} of ${length} subscribers miss messages`)
      }
      await setTimeout(DRAIN_POLL)
    }
    return {
      latencies: this.#latencies.entries(),
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
      cpuShare: this.#cpu.read(),
    }
  }

  #isComplete(publications: number): boolean {
    if (this.#lost > 0) throw new Error(`${this.#lost} subscribers lost their connection`)
    if (this.#disordered > 0) throw new Error(`${this.#disordered} messages came out of order`)
    let isComplete = true
    for (const { channel, counter } of this.#subscribers) {
      const due = this.#due(channel, publications)
      if (counter.count > due) {
        throw new Error(`a subscriber got ${counter.count} messages of ${due}`)
      }
      if (counter.count < due) isComplete = false
    }
    return isComplete
  }

  #due(channel: number, publications: number): number {
    return publicationsIn(channel, publications, this.#channels)
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
        return generator.forget(command.publications)
      case "drain":
        return generator.drain(command.publications)
    }
  },
})
