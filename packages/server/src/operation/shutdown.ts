import type { Logger } from "pino"
import type { EngineLink } from "../engine/engine-link.js"
import type { Dispatcher } from "../outbox/dispatcher.js"
import type { Enforcer } from "../revocation/enforcer.js"
import type { Store } from "../store.js"
import type { Statistics } from "./statistics.js"
import type { Underway } from "./underway.js"

/** What ends with an instance. */
export interface Running {
  readonly underway: Underway
  readonly enforcer: Enforcer
  readonly dispatcher: Dispatcher | undefined
  readonly engine: EngineLink
  readonly statistics: Statistics
  readonly store: Store
  readonly log: Logger | undefined
}

/** How long requests and publications may take once the server goes down, in milliseconds. */
const PATIENCE = 10_000

/** The end of an instance, which happens once. */
export class Shutdown {
  readonly #running: Running
  #done: Promise<void> | undefined

  constructor(running: Running) {
    this.#running = running
  }

  /** Whether new requests are refused. */
  get hasBegun(): boolean {
    return this.#done !== undefined
  }

  /**
   * Finishes the requests, then the outbox's deliveries, then says goodbye to clients, while publishing goes
   * on; the database closes last.
   */
  run(): Promise<void> {
    this.#done ??= this.#run()
    return this.#done
  }

  async #run(): Promise<void> {
    const { underway, enforcer, dispatcher, engine, statistics, store } = this.#running
    try {
      await this.#settle()
      await enforcer.stop()
      await dispatcher?.stop()
      await engine.close()
      underway.finish()
      await this.#settle()
    } finally {
      statistics.stop()
      await store.close()
    }
  }

  async #settle(): Promise<void> {
    const { underway, log } = this.#running
    const left = await underway.ended(PATIENCE)
    if (left > 0) log?.warn({ left, patience: PATIENCE }, "going down before all is finished")
  }
}
