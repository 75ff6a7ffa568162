import { type ChildProcess, spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Centrifuge } from "centrifuge"
import { WebSocket } from "ws"
import { openStore } from "../src/index.js"
import { Browser, type Tokens } from "./browser.js"
import { EventQueue } from "./event-queue.js"
import type { Received } from "./realtime.js"
import { PASSWORD } from "./running-server.js"

/** How long an example may take to start, in milliseconds. */
const DEADLINE = 40_000
const LISTENING = /The shop is at .*port: (\d+)/s

const secret = (): string => randomBytes(32).toString("base64url")

/** The keys that the examples find in their environment: good ones, for in production others are refused. */
export const EXAMPLE_KEYS = {
  TOKEN_KEY: secret(),
  API_KEY: secret(),
  SESSION_SECRET: secret(),
  BEARER_KEY: secret(),
}

/** A program of `examples/node`. */
export interface ExampleProgram {
  readonly program: string
  /** Where it runs, a folder of its own, which goes with it. */
  readonly folder: string
  /** Its environment, beside what this process has and the keys. */
  readonly env: NodeJS.ProcessEnv
}

/** The path of a file of `examples/node`. */
export function exampleFile(file: string): string {
  return fileURLToPath(new URL(`../../../examples/node/${file}`, import.meta.url))
}

/** A program of `examples/node` at work, with an account "user", on a free port. */
export class RunningExample implements AsyncDisposable {
  readonly url: string
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #clients: Centrifuge[] = []

  constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url
    this.#child = child
    this.#folder = folder
  }

  /** Starts a file of `examples/node` where it is, in a folder that is made for it. */
  static async start(file: string): Promise<RunningExample> {
    const folder = await mkdtemp(join(tmpdir(), "instant-example-"))
    return RunningExample.run({ program: exampleFile(file), folder, env: { NODE_ENV: "test" } })
  }

  static async run({ program, folder, env }: ExampleProgram): Promise<RunningExample> {
    const store = await openStore(join(folder, "instant.sqlite"))
    await store.users.add("user", { password: PASSWORD })
    await store.close()
    const child = spawn(process.execPath, [program], {
      cwd: folder,
      env: { ...process.env, ...EXAMPLE_KEYS, PORT: "0", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    })
    return new RunningExample(`http://127.0.0.1:${await portOf(child)}`, child, folder)
  }

  /** A visitor without cookies. */
  browser(): Browser {
    return new Browser(this.url)
  }

  /** What a stock client receives that listens to all that its tokens allow. */
  async listen({ ws_token, channels }: Tokens): Promise<EventQueue<Received>> {
    const received = new EventQueue<Received>()
    const url = `${this.url.replace("http", "ws")}/connection/websocket`
    const client = new Centrifuge(url, { websocket: WebSocket, token: ws_token })
    this.#clients.push(client)
    const subscriptions = channels.map(({ name, token }) => client.newSubscription(name, { token }))
    for (const subscription of subscriptions) {
      subscription.on("publication", received.push)
      subscription.subscribe()
    }
    client.connect()
    await Promise.all([client.ready(5_000), ...subscriptions.map((each) => each.ready(5_000))])
    return received
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.disconnect()
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, "close")
      this.#child.kill("SIGKILL")
      await ended
    }
    await rm(this.#folder, { recursive: true })
  }
}

/** Where a program says that it listens; fails with what it wrote when it doesn't. */
function portOf(child: ChildProcess): Promise<string> {
  let output = ""
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      child.kill("SIGKILL")
      reject(new Error(`the example did not start: ${output}`))
    }
    const timer = setTimeout(fail, DEADLINE)
    child.once("close", fail)
    const read = (chunk: Buffer): void => {
      output += chunk.toString()
      const [, port] = LISTENING.exec(output) ?? []
      if (port === undefined) return
      clearTimeout(timer)
      child.off("close", fail)
      resolve(port)
    }
    child.stdout?.on("data", read)
    child.stderr?.on("data", read)
  })
}
