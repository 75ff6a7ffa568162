import type { z } from "zod"
import { Child } from "../process/child.js"
import type { Placement } from "../process/cores.js"
import type { EngineConfigFile } from "../server/engine-config.js"
import { hostAnswers } from "../server/host-commands.js"
import type { Host } from "./contestants.js"

/** A server's process, or the one beside it that started it. */
export class ServerProcess {
  readonly #child: Child

  /** Starts the process; the server itself starts as it is told to. */
  constructor(name: string, { script, args = [], runs }: Host, { server, load }: Placement) {
    const told = runs === "starts" && server !== undefined ? [String(server)] : []
    const core = runs === "serves" ? server : load[0]
    this.#child = new Child({ name, script, args: [...args, ...told], core })
  }

  /** Starts the server and tells its port. */
  start(config: EngineConfigFile): Promise<number> {
    return this.#child.ask({ do: "start", config }, hostAnswers.start)
  }

  /** Publishes at a steady pace to so many channels in turn. */
  publish(order: { readonly rate: number; readonly seconds: number; readonly channels: number }) {
    return this.#child.ask({ do: "publish", ...order }, hostAnswers.publish)
  }

  /** User and system time of the server so far, in microseconds. */
  cpuMicros(): Promise<number> {
    return this.#child.ask({ do: "cpu" }, hostAnswers.cpu)
  }

  /** What the server takes, after a garbage collection where it is Node in this process. */
  memory() {
    return this.#child.ask({ do: "memory" }, hostAnswers.memory)
  }

  /** Kills the server and starts it anew; resolves when it is healthy. */
  crash(): Promise<void> {
    return this.#child.ask({ do: "crash" }, hostAnswers.crash)
  }

  /** Ends the server and its process. */
  stop(): Promise<void> {
    return this.#child.stop()
  }
}

/** The same program on each core of the load, which share its work. */
export class LoadProcesses {
  readonly #children: readonly Child[]

  constructor(name: string, script: string, { load }: Placement) {
    this.#children = load.map((core) => new Child({ name: `load on ${name}`, script, core }))
  }

  /** Gives each its own command. */
  askEach<Value>(
    command: (i: number, length: number) => object,
    schema: z.ZodType<Value>,
  ): Promise<readonly Value[]> {
    const { length } = this.#children
    return Promise.all(this.#children.map((child, i) => child.ask(command(i, length), schema)))
  }

  /** Gives all the same command. */
  ask<Value>(command: object, schema: z.ZodType<Value>): Promise<readonly Value[]> {
    return this.askEach(() => command, schema)
  }

  /** Ends them. */
  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.stop()))
  }
}

/** Where the i-th of so many parts of a whole begins, and its size, as even as whole numbers can be. */
export function part(
  whole: number,
  i: number,
  parts: number,
): { readonly before: number; readonly size: number } {
  const before = Math.floor((i * whole) / parts)
  return { before, size: Math.floor(((i + 1) * whole) / parts) - before }
}
