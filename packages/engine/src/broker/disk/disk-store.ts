import { Worker } from "node:worker_threads"
import type { KeyedResult } from "../idempotency.js"
import type { Answer, InvalidationRecord, Records, Request, SavedStream, Sweep } from "./records.js"

/** The history file couldn't be opened, read or written. */
export class DiskError extends Error {
  override readonly name = "DiskError"
}

/** What a file was opened with. */
export interface Opened {
  readonly keys: readonly KeyedResult[]
  readonly invalidations: readonly InvalidationRecord[]
  /** Where the file was put that couldn't be read; undefined when it could. */
  readonly damaged: string | undefined
}

interface Waiting {
  resolve(answer: Answer): void
  reject(error: DiskError): void
}

/** A history file, read and written in a thread of its own: whoever asks waits, and nobody else. */
export class DiskStore {
  /** What the file held. @throws DiskError when it can't be opened. */
  readonly opened: Promise<Opened>
  readonly #path: string
  readonly #thread: Worker
  /** In the order in which the thread answers. */
  readonly #waiting: Waiting[] = []
  #end: DiskError | undefined

  constructor(path: string) {
    this.#path = path
    this.#thread = new Worker(new URL("./history-thread.js", import.meta.url), { workerData: path })
    this.#thread.on("message", (answer: Answer) => this.#answered(answer))
    this.#thread.on("error", (error) => this.#ended(error.message))
    this.#thread.on("exit", () => this.#ended("its thread has ended"))
    this.opened = this.#opened()
    // Who asks hears of it; nobody has to.
    this.opened.catch(() => undefined)
  }

  /** The streams of those channels that have one. */
  async load(channels: readonly string[]): Promise<readonly SavedStream[]> {
    const answer = await this.#ask({ ask: "load", channels })
    return answer.kind === "loaded" ? answer.streams : []
  }

  /** Writes all of it, or nothing; resolves when it outlives the machine. */
  async commit(records: Records): Promise<void> {
    await this.#ask({ ask: "commit", records })
  }

  /** Holds it against a user's tokens, in place of what was. */
  async invalidate(record: InvalidationRecord): Promise<void> {
    await this.#ask({ ask: "invalidate", record })
  }

  /** Removes what nobody will ask for any more. */
  async sweep(sweep: Sweep): Promise<void> {
    await this.#ask({ ask: "sweep", sweep })
  }

  /** Finishes what was asked, and closes the file. */
  async close(): Promise<void> {
    if (this.#end !== undefined) return
    await this.#ask({ ask: "close" })
    await this.#thread.terminate()
  }

  async #opened(): Promise<Opened> {
    const answer = await this.#answer()
    if (answer.kind === "opened") return answer
    // The thread ends now, and has nothing to close.
    this.#end ??= this.#error(answer.kind === "failed" ? answer.problem : "it can't be opened")
    throw this.#end
  }

  #ask(request: Request): Promise<Answer> {
    if (this.#end !== undefined) return Promise.reject(this.#end)
    this.#thread.postMessage(request)
    return this.#next()
  }

  async #next(): Promise<Answer> {
    const answer = await this.#answer()
    if (answer.kind === "failed") throw this.#error(answer.problem)
    return answer
  }

  #answer(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#thread.ref()
    })
  }

  /** A process with nothing else to do waits for answers, and for no more. */
  #answered(answer: Answer): void {
    this.#waiting.shift()?.resolve(answer)
    if (this.#waiting.length === 0) this.#thread.unref()
  }

  #ended(problem: string): void {
    this.#end ??= this.#error(problem)
    for (const { reject } of this.#waiting.splice(0)) reject(this.#end)
  }

  #error(problem: string): DiskError {
    const cause = problem.includes("database is locked")
      ? "another engine has it open. End that one, or name another file in broker.disk.path"
      : problem
    return new DiskError(`The history file ${this.#path} can't be used: ${cause}`)
  }
}
