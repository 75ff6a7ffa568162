import { z } from "zod"
import type { HistogramEntries } from "../../bench/src/histogram.js"
import { Child } from "../../bench/src/process/child.js"
import { connectionToken } from "../../packages/engine/test/running-engine.js"
import { judged, type ListenerCommand, took } from "./load/commands.js"
import type { ServedEngine } from "./served-engine.js"
import { sumOf } from "./verdict.js"

const START = "../../test/endurance/load/start.js"

/** Processes of one program of `load/`, which each do a part of what is asked. */
export class LoadProcesses<Command extends object> implements AsyncDisposable {
  readonly #children: readonly Child[]

  constructor(program: string, count: number) {
    this.#children = Array.from(
      { length: count },
      () => new Child({ name: program, script: START, args: [program], core: undefined }),
    )
  }

  /** Asks all of them, each with a command of its own. @throws Error when one fails at it. */
  ask<Value>(
    commandOf: (index: number, count: number) => Command,
    schema: z.ZodType<Value>,
  ): Promise<readonly Value[]> {
    const { length } = this.#children
    return Promise.all(
      this.#children.map((child, index) => child.ask(commandOf(index, length), schema)),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#children.map((child) => child.stop()))
  }
}

/** Who listens to what. */
export interface Crowd {
  readonly kind: "stock" | "lean"
  readonly clients: number
  readonly processes: number
  readonly channels: readonly string[]
}

/** Clients in processes of their own, with a subscription each. */
export class ListenerProcesses implements AsyncDisposable {
  readonly #processes: LoadProcesses<ListenerCommand>

  constructor(processes: LoadProcesses<ListenerCommand>) {
    this.#processes = processes
  }

  /** Starts the processes, and waits until all clients are subscribed. */
  static async start(engine: ServedEngine, crowd: Crowd): Promise<ListenerProcesses> {
    const { kind, clients, channels } = crowd
    const processes = new LoadProcesses<ListenerCommand>("listeners.ts", crowd.processes)
    const token = await connectionToken("listener")
    const subscribe = (index: number, count: number): ListenerCommand => ({
      do: "subscribe",
      kind,
      port: engine.port,
      token,
      channels: [...channels],
      clients: Math.floor(((index + 1) * clients) / count) - Math.floor((index * clients) / count),
    })
    try {
      await processes.ask(subscribe, z.unknown())
      return new ListenerProcesses(processes)
    } catch (error) {
      await processes[Symbol.asyncDispose]()
      throw error
    }
  }

  /** All cut their connections. */
  async leave(): Promise<void> {
    await this.#processes.ask(() => ({ do: "leave" }), z.unknown())
  }

  /** All come back at once; tells how long each took. */
  return(): Promise<Took> {
    return this.#timed(() => ({ do: "return" }))
  }

  /** Each is cut now and then, for so many seconds; tells how long each return took. */
  jitter(seconds: number, seed: number): Promise<Took> {
    return this.#timed((index) => ({ do: "jitter", seconds, seed: seed + index }))
  }

  /** How long publications took since the last time that it was asked. */
  latencies(): Promise<Took> {
    return this.#timed(() => ({ do: "latencies" }))
  }

  /** Holds what each received against how many each channel was sent, once they have had time. */
  async judge(sent: ReadonlyMap<string, number>) {
    const judge: ListenerCommand = { do: "judge", sent: Object.fromEntries(sent) }
    const answers = await this.#processes.ask(() => judge, judged)
    const total = (key: "refused" | "failed" | "lost" | "unrecovered"): number =>
      answers.reduce((sum, { mishaps }) => sum + mishaps[key], 0)
    return {
      verdict: sumOf(answers.map(({ verdict }) => verdict)),
      stranded: answers.reduce((sum, { stranded }) => sum + stranded, 0),
      refused: total("refused"),
      failed: total("failed"),
      lost: total("lost"),
      unrecovered: total("unrecovered"),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#processes[Symbol.asyncDispose]()
  }

  async #timed(commandOf: (index: number) => ListenerCommand): Promise<Took> {
    const answers = await this.#processes.ask(commandOf, took)
    return {
      count: answers.reduce((sum, { count }) => sum + count, 0),
      entries: answers.map(({ entries }) => entries),
    }
  }
}

/** How many things took how long. */
export interface Took {
  readonly count: number
  readonly entries: readonly HistogramEntries[]
}
