import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { Arrivals } from "../../../packages/engine/test/conformance/arrivals.js"
import { withDeadline } from "../../with-deadline.js"

/** What a site does: see `storming-site.js`. */
export interface SiteOrder {
  readonly database: string
  readonly engine: SiteEngine
  readonly channels: readonly string[]
  readonly publishers: number
  readonly name: string
  readonly seed: number
}

/** The engine elsewhere, or one in the site's own process, with its history where it is by itself or in a file. */
export type SiteEngine = (
  | { readonly url: string }
  | { readonly history?: string; readonly port: number }
) & { readonly apiKey: string; readonly tokenSecret: string }

/** How long a number of events may take, in milliseconds. */
const DEADLINE = 10_000

/** A site in a process of its own that publishes durably, until it is killed. */
export class Site implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #accepted = new Arrivals<unknown>()

  constructor(process: ChildProcess) {
    this.#process = process
    process.on("message", (message) => {
      if (message === "accepted") this.#accepted.add(message)
    })
  }

  /** Starts a process that is loaded by the time that it is needed. */
  static make(): Site {
    return new Site(fork(fileURLToPath(new URL("storming-site.js", import.meta.url))))
  }

  /** Starts the site, which delivers what there is. */
  async start(order: SiteOrder): Promise<void> {
    const ready = once(this.#process, "message")
    this.#process.send(order)
    await withDeadline("the site", ready)
  }

  /** Has its publishers begin. */
  storm(): void {
    this.#process.send("storm")
  }

  /** Waits until so many events were accepted since it started. */
  async accepted(count: number): Promise<void> {
    await this.#accepted.until(() => this.#accepted.waiting.length >= count, DEADLINE)
    if (this.#accepted.waiting.length < count) throw new Error("nothing is accepted any more")
  }

  /** `kill -9`, and waits until the process is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { exitCode, signalCode } = this.#process
    if (exitCode !== null || signalCode !== null) return
    const exited = once(this.#process, "exit")
    this.#process.kill("SIGKILL")
    await exited
  }
}
