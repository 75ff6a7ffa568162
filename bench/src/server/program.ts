import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { z } from "zod"

/** A program that serves from a configuration file. */
export const programName = z.enum(["instant", "centrifugo"])
/** A program that serves from a configuration file. */
export type ProgramName = z.infer<typeof programName>

/** What to start, and how. */
export interface ProgramOptions {
  readonly name: ProgramName
  /** The configuration file. */
  readonly file: string
  readonly port: number
  /** The core that it is tied to; any when undefined. */
  readonly core: string | undefined
}

const START_TRIES = 1_000
/** Milliseconds. */
const START_POLL = 10

/** A server's own process, which may be killed and started again. */
export class Program {
  readonly #options: ProgramOptions
  #process: ChildProcess | undefined

  constructor(options: ProgramOptions) {
    this.#options = options
  }

  /** The process that serves now. */
  get pid(): number {
    return this.#process?.pid ?? 0
  }

  /** Starts it and waits until it is healthy. @throws Error when it isn't within 10 seconds. */
  async start(): Promise<void> {
    const { name, port, core } = this.#options
    const command = commandOf(this.#options)
    const [program = "", ...args] =
      core === undefined ? command : ["taskset", "-c", core, ...command]
    const started = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"] })
    this.#process = started
    await once(started, "spawn")
    for (let tries = 0; tries < START_TRIES && started.exitCode === null; tries++) {
      const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined)
      if (response?.ok) return
      await setTimeout(START_POLL)
    }
    throw new Error(`${name} did not become healthy within 10 seconds; see its messages above`)
  }

  /** Ends it at once, as a crash would. A polite end would also take processor time from whoever is next. */
  async kill(): Promise<void> {
    const running = this.#process
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    const exited = once(running, "exit")
    if (running.kill("SIGKILL")) await exited
  }
}

function commandOf({ name, file, port }: ProgramOptions): readonly string[] {
  if (name === "centrifugo") {
    const binary = process.env.CENTRIFUGO_BIN
    if (binary === undefined) throw new Error("CENTRIFUGO_BIN is not set")
    const place = ["--http_server.address", "127.0.0.1", "--http_server.port", String(port)]
    return [binary, "--config", file, ...place]
  }
  const cli = fileURLToPath(new URL("../../../packages/cli/bin/instant.js", import.meta.url))
  const place = ["--address", "127.0.0.1", "--port", String(port)]
  return [process.execPath, cli, "serve", "--config", file, ...place]
}
