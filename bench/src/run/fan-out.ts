import { setTimeout } from "node:timers/promises"
import { z } from "zod"
import { Histogram } from "../histogram.js"
import { type Observation, observation } from "../load/generator-commands.js"
import { Child } from "../process/child.js"
import type { Placement } from "../process/cores.js"
import { hostAnswers } from "../server/host-commands.js"
import type { Published } from "../server/publisher.js"
import type { Contestant } from "./contestants.js"

/** Who serves how many. */
export interface FanOutOptions {
  readonly contestant: Contestant
  readonly subscribers: number
  readonly placement: Placement
}

/** What one stretch of publishing showed. */
export interface Measurement {
  /** Deliveries a second that were asked for. */
  readonly offered: number
  /** Deliveries a second, from when all had the first message until all had the last. */
  readonly delivered: number
  /** The server's user and system time for each delivery, in microseconds. */
  readonly cpuPerDelivery: number
  /** Latencies in milliseconds, from when a message was due until a subscriber had read it. */
  readonly p50: number
  readonly p99: number
  /** How much of its core the busiest load generator used, 0 to 1. */
  readonly generatorShare: number
}

/** Lets the server finish what follows the last handshake, in milliseconds. */
const SETTLE = 300
/** Latency is sampled at a tenth of the subscribers, within these bounds. */
const SAMPLED = { least: 10, most: 100 }

const nothing = z.undefined()

/** A fresh server and its subscribers, each side in processes of its own. */
export class FanOut {
  readonly #options: FanOutOptions
  readonly #server: Child
  readonly #generators: readonly Child[]
  /** Published so far, and so received by each subscriber. */
  #messages = 0

  /** Starts the processes. */
  constructor(options: FanOutOptions) {
    const { name, script, args = [], runs } = options.contestant
    const { server, load } = options.placement
    const told = runs === "starts" && server !== undefined ? [String(server)] : []
    const core = runs === "serves" ? server : load[0]
    this.#options = options
    this.#server = new Child({ name, script, args: [...args, ...told], core })
    this.#generators = load.map(
      (at) => new Child({ name: `load on ${name}`, script: "load/generator.js", core: at }),
    )
  }

  /**
   * Starts the server and subscribes everybody. It resolves to the resident memory that the server took
   * for each, in bytes.
   * @throws Error when the server doesn't start or refuses a subscriber.
   */
  async open(): Promise<number> {
    const { subscribers, contestant } = this.#options
    const port = await this.#server.ask({ do: "start" }, hostAnswers.start)
    const before = await this.#server.ask({ do: "memory" }, hostAnswers.memory)
    const sampled = Math.min(SAMPLED.most, Math.max(SAMPLED.least, Math.round(subscribers / 10)))
    await Promise.all(
      this.#generators.map((generator, i, { length }) => {
        const share = {
          subscribers: part(subscribers, i, length),
          sampled: part(sampled, i, length),
        }
        return generator.ask(
          { do: "connect", port, dialect: contestant.dialect, ...share },
          nothing,
        )
      }),
    )
    await setTimeout(SETTLE)
    const after = await this.#server.ask({ do: "memory" }, hostAnswers.memory)
    return (after - before) / subscribers
  }

  /**
   * Publishes for some seconds at a rate of deliveries a second, and waits until all are delivered.
   * @throws Error when a subscriber did not get every message once and in order.
   */
  async measure(rate: number, seconds: number): Promise<Measurement> {
    const cpuBefore = await this.#server.ask({ do: "cpu" }, hostAnswers.cpu)
    await this.#askGenerators({ do: "forget", messages: this.#messages }, nothing)
    const order = { do: "publish", rate: rate / this.#options.subscribers, seconds }
    const published = await this.#server.ask(order, hostAnswers.publish)
    this.#messages += published.publications
    const seen = await this.#askGenerators({ do: "drain", messages: this.#messages }, observation)
    const cpu = (await this.#server.ask({ do: "cpu" }, hostAnswers.cpu)) - cpuBefore
    const latencies = new Histogram()
    for (const { latencies: entries } of seen) latencies.merge(entries)
    return {
      offered: rate,
      delivered: Math.min(rate, this.#deliveryRate(published, seen)),
      cpuPerDelivery: cpu / (published.publications * this.#options.subscribers),
      p50: latencies.percentile(0.5) / 1000,
      p99: latencies.percentile(0.99) / 1000,
      generatorShare: Math.max(...seen.map(({ cpuShare }) => cpuShare)),
    }
  }

  /**
   * From when everybody had the first message until everybody had the last, so that a latency that stays
   * the same is not taken for a lack of pace.
   */
  #deliveryRate({ publications, startedAt }: Published, seen: readonly Observation[]): number {
    const firstAt = Math.max(...seen.map((one) => one.firstAt))
    const lastAt = Math.max(...seen.map((one) => one.lastAt))
    const hasFirst = firstAt > 0 && publications > 1
    const deliveries = (hasFirst ? publications - 1 : publications) * this.#options.subscribers
    return (deliveries * 1e6) / (lastAt - (hasFirst ? firstAt : startedAt))
  }

  #askGenerators<Value>(command: object, schema: z.ZodType<Value>): Promise<readonly Value[]> {
    return Promise.all(this.#generators.map((generator) => generator.ask(command, schema)))
  }

  /** Stops all processes. */
  async close(): Promise<void> {
    await Promise.all([this.#server, ...this.#generators].map((child) => child.stop()))
  }
}

/** Lets a server with its subscribers be used, and stops it. */
export async function withFanOut<Result>(
  options: FanOutOptions,
  use: (fanOut: FanOut, memoryPerConnection: number) => Promise<Result>,
): Promise<Result> {
  const fanOut = new FanOut(options)
  try {
    return await use(fanOut, await fanOut.open())
  } finally {
    await fanOut.close()
  }
}

/** The size of the i-th of so many parts of a whole, as even as whole numbers can be. */
function part(whole: number, i: number, parts: number): number {
  return Math.floor(((i + 1) * whole) / parts) - Math.floor((i * whole) / parts)
}
