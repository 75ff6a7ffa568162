import { Backend } from "./backend.js"
import { configText, needsBackend } from "./backend-port.js"
import type { Json } from "./json.js"
import { Placeholders } from "./placeholders.js"
import type { Scenario } from "./scenario.js"
import { ScenarioRun } from "./scenario-run.js"
import type { ServerKind, ServerUnderTest } from "./servers/server-under-test.js"

/** One configuration's server, and its backend: scenarios are played on it one after another. */
export class Stage implements AsyncDisposable {
  readonly #kind: ServerKind
  readonly #config: Json
  readonly #backend: Backend | undefined
  #server: Promise<ServerUnderTest> | undefined

  /** The server starts with the first scenario. */
  constructor(kind: ServerKind, config: Json) {
    this.#kind = kind
    this.#config = config
    this.#backend = needsBackend(config) ? new Backend() : undefined
  }

  /** Plays a scenario. @throws Error that says where the server differs from the recording. */
  async play(scenario: Scenario): Promise<void> {
    const placeholders = new Placeholders()
    this.#backend?.play(scenario.backend, placeholders)
    this.#server ??= this.#start()
    const server = await this.#server
    await new ScenarioRun(scenario, { placeholders, server, backend: this.#backend }).play()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const server = await this.#server?.catch(() => undefined)
    await server?.[Symbol.asyncDispose]()
    await this.#backend?.[Symbol.asyncDispose]()
  }

  async #start(): Promise<ServerUnderTest> {
    await this.#backend?.start()
    return this.#kind.start(configText(this.#config, this.#backend?.port ?? 0))
  }
}
