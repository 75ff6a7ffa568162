import { setTimeout } from "node:timers/promises"
import { z } from "zod"
import { Histogram, type HistogramEntries } from "../histogram.js"
import { published } from "../load/backend-commands.js"
import { entrance, jittered, reckoning } from "../load/crowd-commands.js"
import { Child } from "../process/child.js"
import type { Placement } from "../process/cores.js"
import type { ConfigWishes } from "../server/engine-config.js"
import { type Contestant, configOf, hostOf } from "./contestants.js"
import { LoadProcesses, part, ServerProcess } from "./processes.js"
import { withFolder } from "./with-folder.js"

/** A server as its own program, clients that recover, and a backend that publishes over the HTTP API. */
export interface LiveOptions {
  readonly contestant: Contestant
  readonly clients: number
  /** The clients, and the publications, take so many channels in turn. */
  readonly channels: number
  /** Signs the clients' tokens; without one they are anonymous. */
  readonly secret?: string
  readonly config: ConfigWishes
  readonly placement: Placement
}

/** How all clients came in. */
export interface CameIn {
  /** From the first attempt until the last was subscribed, in milliseconds. */
  readonly millis: number
  /** So long took 95 % of them at most, in milliseconds. */
  readonly p95: number
  readonly attempts: number
  readonly recovered: number
  readonly unrecovered: number
  readonly generatorShare: number
}

/** What all clients have had. */
export interface Reckoned {
  readonly missing: number
  readonly twice: number
  readonly received: number
  readonly recovered: number
  readonly unrecovered: number
  /** From the first attempt to publish until a client had it, in milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly generatorShare: number
}

/** Lets the server finish what follows the last handshake, in milliseconds. */
const SETTLE = 300

const nothing = z.undefined()

/** A fresh server, its clients and its backend, each in processes of their own. */
export class Live {
  readonly #options: LiveOptions
  readonly #crowd: LoadProcesses
  readonly #backend: Child
  /** The server. */
  readonly server: ServerProcess

  /** Starts the processes. */
  constructor(options: LiveOptions) {
    const { contestant, placement } = options
    const { name, program } = contestant
    if (program === undefined) throw new Error(`${name} is no program of its own`)
    this.#options = options
    this.server = new ServerProcess(name, hostOf(program), placement)
    this.#crowd = new LoadProcesses(name, "load/crowd.js", placement)
    const core = placement.load.at(-1)
    this.#backend = new Child({ name: `backend of ${name}`, script: "load/backend.js", core })
  }

  /** Starts the server; the clients are still outside. */
  async open(folder: string): Promise<void> {
    const { contestant, config, clients, channels, secret } = this.#options
    const port = await this.server.start(configOf(contestant, config, folder))
    await this.#backend.ask({ do: "open", port, channels }, nothing)
    const facts = { do: "gather", port, channels, secret }
    await this.#crowd.askEach((i, length) => {
      const { before, size } = part(clients, i, length)
      return { ...facts, clients: size, before }
    }, nothing)
  }

  /** All clients connect and subscribe at once. @throws Error when the server refuses one. */
  async enter(): Promise<CameIn> {
    const all = await this.#crowd.ask({ do: "enter" }, entrance)
    return {
      millis: Math.max(...all.map(({ millis }) => millis)),
      p95: percentiles(all).at(0.95),
      attempts: sum(all.map(({ attempts }) => attempts)),
      recovered: sum(all.map(({ recovered }) => recovered)),
      unrecovered: sum(all.map(({ unrecovered }) => unrecovered)),
      generatorShare: Math.max(...all.map(({ cpuShare }) => cpuShare)),
    }
  }

  /** Cuts all connections at once. */
  async cut(): Promise<void> {
    await this.#crowd.ask({ do: "cut" }, nothing)
  }

  /** Cuts clients at random, who come back at once; tells how many were cut. */
  async jitter(rate: number, seconds: number): Promise<number> {
    const all = await this.#crowd.askEach(
      (_, length) => ({ do: "jitter", rate: rate / length, seconds }),
      jittered,
    )
    return sum(all.map(({ cuts }) => cuts))
  }

  /** Publishes so many, one after the other. */
  publish(publications: number) {
    return this.#backend.ask({ do: "publish", publications }, published)
  }

  /** Publishes at a rate while something happens; resolves to what that was and what has been published. */
  async publishDuring<Result>(rate: number, happening: () => Promise<Result>) {
    await this.#crowd.ask({ do: "forget" }, nothing)
    await this.#backend.ask({ do: "begin", rate }, nothing)
    const result = await happening()
    return { result, ...(await this.#backend.ask({ do: "end" }, published)) }
  }

  /** Waits until all have what they are due, or nothing comes any more. */
  async settle(publications: number): Promise<Reckoned> {
    const all = await this.#crowd.ask({ do: "settle", publications }, reckoning)
    const latencies = percentiles(all)
    return {
      missing: sum(all.map(({ missing }) => missing)),
      twice: sum(all.map(({ twice }) => twice)),
      received: sum(all.map(({ received }) => received)),
      recovered: sum(all.map(({ recovered }) => recovered)),
      unrecovered: sum(all.map(({ unrecovered }) => unrecovered)),
      p50: latencies.at(0.5),
      p99: latencies.at(0.99),
      generatorShare: Math.max(...all.map(({ cpuShare }) => cpuShare)),
    }
  }

  /** The server's user and system time for something, and for what follows it, in microseconds. */
  async cpuOf<Result>(happening: () => Promise<Result>) {
    const before = await this.server.cpuMicros()
    const result = await happening()
    await setTimeout(SETTLE)
    return { result, cpu: (await this.server.cpuMicros()) - before }
  }

  /** Stops all processes. */
  async close(): Promise<void> {
    await Promise.all([this.server, this.#crowd, this.#backend].map((one) => one.stop()))
  }
}

/** Lets a server with its clients and its backend be used, and stops all. */
export function withLive<Result>(
  options: LiveOptions,
  use: (live: Live) => Promise<Result>,
): Promise<Result> {
  return withFolder(async (folder) => {
    const live = new Live(options)
    try {
      await live.open(folder)
      return await use(live)
    } finally {
      await live.close()
    }
  })
}

/** Milliseconds that a share of all latencies stays within. */
function percentiles(all: readonly { readonly latencies: HistogramEntries }[]) {
  const histogram = new Histogram()
  for (const { latencies } of all) histogram.merge(latencies)
  return { at: (share: number): number => histogram.percentile(share) / 1000 }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
