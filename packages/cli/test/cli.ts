import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { Queue } from "../../../test/queue.js"

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

  /** Writes a file into the folder, as JSON unless it is a text. */
  async write(file: string, content: unknown): Promise<string> {
    const path = join(this.folder, file)
    await writeFile(path, typeof content === "string" ? content : JSON.stringify(content))
    return path
  }

  /** Starts the whole on a free port, and answers when it says where it is. */
  start(args: readonly string[] = [], env: Given["env"] = {}): Promise<Server> {
    return this.#serve(["start", "--port", "0", ...args], env, /Instant is at (http:\S+)\n/)
  }

  /** Starts the engine alone on a free port, and answers when its log says where it is. */
  serve(args: readonly string[] = [], env: Given["env"] = {}): Promise<Server> {
    const serving = /"url":"(http:[^"]+)".*"msg":"serving"\}\n/
    return this.#serve(["serve", "--port", "0", ...args], env, serving)
  }

  /** Starts a command that goes on until it is stopped. */
  follow(args: readonly string[]): Following {
    const child = this.#spawn(args, {})
    const [printed, told] = [new Queue<string>(), new Queue<string>()]
    createInterface(child.stdout).on("line", printed.push)
    createInterface(child.stderr).on("line", told.push)
    return { child, printed, told }
  }

  async #serve(args: readonly string[], env: Given["env"], ready: RegExp): Promise<Server> {
    const child = this.#spawn(args, env)
    let output = ""
    const url = await new Promise<string>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        output += chunk.toString()
        const [, found] = ready.exec(output) ?? []
        if (found !== undefined) resolve(found)
      }
      child.stdout.on("data", read)
      child.stderr.on("data", read)
      child.once("close", () => reject(new Error(`it did not start: ${output}`)))
    })
    return { url, child, output: () => output }
  }

  #spawn(args: readonly string[], env: Given["env"]) {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: this.folder,
      env: { ...inherited(), ...env },
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

/** The environment of the tests, without what the commands heed. */
function inherited(): NodeJS.ProcessEnv {
  const heeded = /^(NODE_ENV|PORT|DATABASE_URL|INSTANT_.*|CENTRIFUGO_.*)$/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !heeded.test(name)))
}

/** A command that goes on. */
export interface Following {
  readonly child: ChildProcess
  /** The lines of its standard output. */
  readonly printed: Queue<string>
  /** The lines of its standard error. */
  readonly told: Queue<string>
}

/** A server that runs. */
export interface Server {
  readonly url: string
  readonly child: ChildProcess
  /** What it has printed by now. */
  output(): string
}

/** A line of a log. */
export interface LogLine {
  readonly level: number
  readonly msg: string
  readonly [field: string]: unknown
}

/** The log in what a server has printed, or in a file of it. */
export function logOf(output: string): readonly LogLine[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
}

/** Sends a signal, and answers the exit code. */
export async function stop(
  { child }: Pick<Server, "child">,
  signal: NodeJS.Signals,
): Promise<number | null> {
  // With "exit" alone, some of the output may still be on its way.
  const ended = once(child, "close")
  child.kill(signal)
  const [code] = await ended
  return code
}
