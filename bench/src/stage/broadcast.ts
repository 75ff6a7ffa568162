import { setTimeout } from "node:timers/promises"
import { z } from "zod"
import { Histogram } from "../histogram.js"
import type { DialectName } from "../load/dialect.js"
import { type Observation, observation } from "../load/generator-commands.js"
import type { Placement } from "../process/cores.js"
import type { ConfigWishes } from "../server/engine-config.js"
import type { Published } from "../server/publisher.js"
import { type Contestant, configOf, type Host } from "./contestants.js"
import { LoadProcesses, part, ServerProcess } from "./processes.js"
import { withFolder } from "./with-folder.js"

/** How the Centrifuge protocol is written. */
export type WireFormat = "json" | "protobuf"

/** Who serves how many. */
export interface BroadcastOptions {
  readonly contestant: Contestant
  readonly subscribers: number
  readonly placement: Placement
  /** The subscribers, and the publications, take so many channels in turn; one unless set. */
  readonly channels?: number
  /** JSON unless set; for servers that speak the Centrifuge protocol. */
  readonly format?: WireFormat
  /** What these servers are asked for beside their defaults. */
  readonly config?: ConfigWishes
  /** Runs the server, instead of the contestant's own host. */
  readonly host?: Host
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

/** What it took until everybody was subscribed. */
export interface Opened {
  /** Resident memory of the server for each subscriber, in bytes. */
  readonly memoryPerConnection: number
  /** The server's user and system time for each subscriber, in microseconds. */
  readonly cpuPerConnection: number
}

/** Lets the server finish what follows the last handshake, in milliseconds. */
const SETTLE = 300
/** Latency is sampled at a tenth of the subscribers, within these bounds. */
const SAMPLED = { least: 10, most: 100 }

const nothing = z.undefined()

/** A fresh server and its subscribers, each side in processes of its own. */
export class Broadcast {
  readonly #options: BroadcastOptions
  readonly #channels: number
  readonly #server: ServerProcess
  readonly #generators: LoadProcesses
  /** Published so far, and so received by the subscribers. */
  #publications = 0

  /** Starts the processes. */
  constructor(options: BroadcastOptions) {
    const { contestant, placement } = options
    this.#options = options
    this.#channels = options.channels ?? 1
    this.#server = new ServerProcess(contestant.name, options.host ?? contestant.host, placement)
    this.#generators = new LoadProcesses(contestant.name, "load/generator.js", placement)
  }

  /**
   * Starts the server and subscribes everybody.
   * @throws Error when the server doesn't start or refuses a subscriber.
   */
  async open(folder: string): Promise<Opened> {
    const { subscribers, contestant, config = {} } = this.#options
    const port = await this.#server.start(configOf(contestant, config, folder))
    const before = await this.#server.memory()
    const cpuBefore = await this.#server.cpuMicros()
    const sampled = Math.min(SAMPLED.most, Math.max(SAMPLED.least, Math.round(subscribers / 10)))
    const facts = { do: "connect", port, dialect: this.#dialect(), channels: this.#channels }
    await this.#generators.askEach((i, length) => {
      const share = part(subscribers, i, length)
      return {
        ...facts,
        subscribers: share.size,
        before: share.before,
        sampled: part(sampled, i, length).size,
        ordered: true,
      }
    }, nothing)
    await setTimeout(SETTLE)
    const cpu = (await this.#server.cpuMicros()) - cpuBefore
    const { rss } = await this.#server.memory()
    return {
      memoryPerConnection: (rss - before.rss) / subscribers,
      cpuPerConnection: cpu / subscribers,
    }
  }

  #dialect(): DialectName {
    const { contestant, format } = this.#options
    return format === "protobuf" ? "centrifuge-protobuf" : contestant.dialect
  }

  /**
   * Publishes for some seconds at a rate of deliveries a second, and waits until all are delivered.
   * @throws Error when a subscriber did not get every message once and in order.
   */
  async measure(rate: number, seconds: number): Promise<Measurement> {
    const cpuBefore = await this.#server.cpuMicros()
    await this.#generators.ask({ do: "forget", publications: this.#publications }, nothing)
    const published = await this.#server.publish({
      rate: rate / this.#perPublication,
      seconds,
      channels: this.#channels,
    })
    this.#publications += published.publications
    const seen = await this.#generators.ask(
      { do: "drain", publications: this.#publications },
      observation,
    )
    const cpu = (await this.#server.cpuMicros()) - cpuBefore
    const latencies = new Histogram()
    for (const { latencies: entries } of seen) latencies.merge(entries)
    return {
      offered: rate,
      delivered: Math.min(rate, this.#deliveryRate(published, seen)),
      cpuPerDelivery: cpu / (published.publications * this.#perPublication),
      p50: latencies.percentile(0.5) / 1000,
      p99: latencies.percentile(0.99) / 1000,
      generatorShare: Math.max(...seen.map(({ cpuShare }) => cpuShare)),
    }
  }

  /** How many subscribers each publication goes to. */
  get #perPublication(): number {
    return this.#options.subscribers / this.#channels
  }

  /**
   * With one channel from when everybody had the first message until everybody had the last, so that a
   * latency that stays the same is not taken for a lack of pace.
   */
  #deliveryRate({ publications, startedAt }: Published, seen: readonly Observation[]): number {
    const firstAt = Math.max(...seen.map((one) => one.firstAt))
    const lastAt = Math.max(...seen.map((one) => one.lastAt))
    const hasFirst = this.#channels === 1 && firstAt > 0 && publications > 1
    const deliveries = (hasFirst ? publications - 1 : publications) * this.#perPublication
    return (deliveries * 1e6) / (lastAt - (hasFirst ? firstAt : startedAt))
  }

  /** Stops all processes. */
  async close(): Promise<void> {
    await Promise.all([this.#server.stop(), this.#generators.stop()])
  }
}

/** Lets a server with its subscribers be used, and stops it. */
export function withBroadcast<Result>(
  options: BroadcastOptions,
  use: (broadcast: Broadcast, opened: Opened) => Promise<Result>,
): Promise<Result> {
  return withFolder(async (folder) => {
    const broadcast = new Broadcast(options)
    try {
      return await use(broadcast, await broadcast.open(folder))
    } finally {
      await broadcast.close()
    }
  })
}
