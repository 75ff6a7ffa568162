import { z } from "zod"
import { Histogram } from "../histogram.js"
import { flooded } from "../load/backend-commands.js"
import { observation } from "../load/generator-commands.js"
import { Child } from "../process/child.js"
import type { Placement } from "../process/cores.js"
import { type Contestant, configOf, hostOf } from "./contestants.js"
import { ServerProcess } from "./processes.js"
import { withFolder } from "./with-folder.js"

/** What requests are made. */
export interface FloodOrder {
  readonly connections: number
  readonly seconds: number
  /** Publications a second; without one each connection publishes again as soon as it has its answer. */
  readonly rate?: number
}

/** What a flood of requests showed. */
export interface Flood {
  readonly perSecond: number
  /** The server's user and system time for each, in microseconds. */
  readonly cpuPerPublish: number
  /** From when a request was due until its answer, in milliseconds. */
  readonly p50: number
  readonly p99: number
  /** How much of its core the backend used, 0 to 1. */
  readonly generatorShare: number
}

/** Whom to publish to. */
export interface ApiStageOptions {
  readonly contestant: Contestant
  readonly placement: Placement
}

const nothing = z.undefined()

/** A fresh server with one subscriber, and a backend that publishes over its HTTP API. */
export class ApiStage {
  readonly #options: ApiStageOptions
  readonly #server: ServerProcess
  readonly #subscriber: Child
  readonly #backend: Child

  /** Starts the processes. */
  constructor(options: ApiStageOptions) {
    const { contestant, placement } = options
    const { name, program } = contestant
    if (program === undefined) throw new Error(`${name} is no program of its own`)
    const core = placement.load[0]
    this.#options = options
    this.#server = new ServerProcess(name, hostOf(program), placement)
    this.#subscriber = new Child({ name: `load on ${name}`, script: "load/generator.js", core })
    this.#backend = new Child({ name: `backend of ${name}`, script: "load/backend.js", core })
  }

  /** Starts the server and subscribes. @throws Error when it doesn't start or refuses. */
  async open(folder: string): Promise<void> {
    const { contestant } = this.#options
    const port = await this.#server.start(configOf(contestant, {}, folder))
    const { dialect } = contestant
    // Requests that are under way together may overtake each other.
    const facts = { dialect, subscribers: 1, before: 0, channels: 1, sampled: 1, ordered: false }
    await this.#subscriber.ask({ do: "connect", port, ...facts }, nothing)
    await this.#backend.ask({ do: "open", port, channels: 1 }, nothing)
  }

  /** Publishes, and waits until all has been delivered. @throws Error when it wasn't, once each. */
  async flood(order: FloodOrder): Promise<Flood> {
    const cpuBefore = await this.#server.cpuMicros()
    const { publications, total, micros, latencies, cpuShare } = await this.#backend.ask(
      { do: "flood", ...order },
      flooded,
    )
    await this.#subscriber.ask({ do: "drain", publications: total }, observation)
    const cpu = (await this.#server.cpuMicros()) - cpuBefore
    const histogram = new Histogram()
    histogram.merge(latencies)
    return {
      perSecond: (publications * 1e6) / micros,
      cpuPerPublish: cpu / publications,
      p50: histogram.percentile(0.5) / 1000,
      p99: histogram.percentile(0.99) / 1000,
      generatorShare: cpuShare,
    }
  }

  /** Stops all processes. */
  async close(): Promise<void> {
    await Promise.all([this.#server, this.#subscriber, this.#backend].map((one) => one.stop()))
  }
}

/** Lets a server with its subscriber and its backend be used, and stops all. */
export function withApiStage<Result>(
  options: ApiStageOptions,
  use: (stage: ApiStage) => Promise<Result>,
): Promise<Result> {
  return withFolder(async (folder) => {
    const stage = new ApiStage(options)
    try {
      await stage.open(folder)
      return await use(stage)
    } finally {
      await stage.close()
    }
  })
}
