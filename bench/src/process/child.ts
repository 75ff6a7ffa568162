import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import type { z } from "zod"
import { answerSchema } from "./commands.js"

/** Which program a child runs, and where. */
export interface ChildOptions {
  /** What errors call it. */
  readonly name: string
  /** The program's file, from `dist/`. */
  readonly script: string
  readonly args?: readonly string[]
  /** The core that it is tied to; any when undefined. */
  readonly core: number | undefined
}

/** A Node process of ours that answers commands, one at a time. */
export class Child {
  readonly #name: string
  readonly #process: ChildProcess
  readonly #exited: Promise<unknown>

  constructor({ name, script, args = [], core }: ChildOptions) {
    const node = ["--expose-gc"]
    const tied = ["-c", String(core), process.execPath, ...node]
    this.#name = name
    this.#process = fork(
      fileURLToPath(new URL(`../${script}`, import.meta.url)),
      args,
      core === undefined ? { execArgv: node } : { execPath: "taskset", execArgv: tied },
    )
    this.#exited = once(this.#process, "exit")
  }

  /**
   * Sends a command and waits for its answer.
   * @throws Error when the child fails at it, or ends before it has answered.
   */
  async ask<Value>(command: object, schema: z.ZodType<Value>): Promise<Value> {
    if (!this.#process.connected) throw new Error(`${this.#name}: its process has ended`)
    const answered = once(this.#process, "message")
    this.#process.send(command)
    const first = await Promise.race([answered, this.#exited.then(() => undefined)])
    if (first === undefined) throw new Error(`${this.#name}: its process ended unexpectedly`)
    const answer = answerSchema.parse(first[0])
    if ("error" in answer) throw new Error(`${this.#name}: ${answer.error}`)
    return schema.parse(answer.value)
  }

  /** Lets the process end, and waits for it. */
  async stop(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect()
    await this.#exited
  }
}
