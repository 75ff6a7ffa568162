import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"

const BIN = fileURLToPath(new URL("../bin/instant.js", import.meta.url))

/** How a command ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What a command may be given. */
export interface Given {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

/** A home of its own in a temporary folder, and the built command run in it. */
export class Cli implements AsyncDisposable {
  readonly folder: string
  readonly #running: ChildProcess[] = []

  constructor(folder: string) {
    this.folder = folder
  }

  static async make(): Promise<Cli> {
    return new Cli(await mkdtemp(join(tmpdir(), "instant-cli-")))
  }

  /** The home's folder, or a file in it. */
  home(...path: readonly string[]): string {
    return join(this.folder, ".instant", ...path)
  }

  async json(file: string): Promise<Record<string, unknown>> {
    return JSON.parse(await readFile(this.home(file), "utf8"))
  }

  /** Runs a command to its end. */
  async run(args: readonly string[], { input = "", env = {} }: Given = {}): Promise<Ended> {
    const child = this.#spawn(args, env)
    child.stdin.end(input)
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ])
    return { code, stdout, stderr }
  }

  /** Starts a server on a free port, and answers when it says where it is. */
  async start(args: readonly string[] = [], env: Given["env"] = {}): Promise<Server> {
    const child = this.#spawn(["start", "--port", "0", ...args], env)
    let output = ""
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString()
    })
    for await (const chunk of child.stdout) {
      output += String(chunk)
      const url = /Instant is at (http:\S+)\n/.exec(output)?.[1]
      if (url !== undefined) return { url, output, child }
    }
    throw new Error(`it did not start: ${output}`)
  }

  #spawn(args: readonly string[], env: Given["env"]) {
    const { NODE_ENV, PORT, INSTANT_HOME, ...inherited } = process.env
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: this.folder,
      env: { ...inherited, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    })
    this.#running.push(child)
    return child
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const living = this.#running.filter(
      ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
    )
    await Promise.all(
      living.map((child) => {
        child.kill("SIGKILL")
        return once(child, "exit")
      }),
    )
    await rm(this.folder, { recursive: true })
  }
}

/** A server that runs. */
export interface Server {
  readonly url: string
  /** What it printed until it said where it is. */
  readonly output: string
  readonly child: ChildProcess
}

/** Sends a signal, and answers the exit code. */
export async function stop({ child }: Server, signal: NodeJS.Signals): Promise<number | null> {
  const ended = once(child, "exit")
  child.kill(signal)
  const [code] = await ended
  return code
}
