import type { Placement } from "../process/cores.js"
import type { Figure, Figures } from "../report/figure.js"
import type { Contestant } from "../stage/contestants.js"

/** How large a run is. */
export interface Scale {
  /** Everything small, for a look within minutes. */
  readonly quick: boolean
  /** How many subscribers the fan-out has, one number after the other. */
  readonly subscribers: readonly number[]
  /** How many connections come in a storm. */
  readonly connections: number
}

/** What is measured in each server, or client, alike: one table of the report. */
export interface Case<Entrant = Contestant> {
  /** What sets it apart from the other cases of its scenario; empty when it is the only one. */
  readonly title: string
  /** The lines of its table, in order. */
  readonly figures: readonly Figure[]
  /** Whether a server can take part. */
  suits(entrant: Entrant): boolean
  /**
   * Measures one server, each time afresh; it resolves to the figures by their names.
   * @throws Error when a message was not delivered as it has to be.
   */
  measure(entrant: Entrant, stage: Stage): Promise<Measured>
}

/** Where a case is measured. */
export interface Stage {
  readonly placement: Placement
  /** What the same case showed of the same server in the rounds before. */
  readonly before: readonly Measured[]
}

/** What a case showed of one server. */
export interface Measured {
  readonly figures: Figures
  /** What the figures come from; for the file of the report. */
  readonly details?: unknown
}

/** A situation that servers, or clients, are compared in. */
export interface Scenario<Entrant = Contestant> {
  /** What `--scenario` calls it. */
  readonly name: string
  cases(scale: Scale): readonly Case<Entrant>[]
}
