import type { Scenario } from "../scenario.js"

/** A running server that scenarios are replayed against. */
export interface ServerUnderTest extends AsyncDisposable {
  /** Its address, `http://HOST:PORT`. */
  readonly url: string
  /** Has it begin what SIGTERM begins. */
  shutDown(): void
}

/** A kind of server that scenarios can be replayed against. */
export interface ServerKind {
  readonly name: string
  /** Whether `expected-failures.ts` is about it. */
  readonly isOurs: boolean
  /** Whether it can play its part in a scenario. */
  readonly canPlay: (scenario: Scenario) => boolean
  /** Starts one with a configuration, given as JSON text. */
  readonly start: (configText: string) => Promise<ServerUnderTest>
}
