/** What may be the matter with an entry of the outbox, as written in the database. */
export const outboxStates = ["scheduled", "waiting", "delivered", "failed"] as const

/**
 * `scheduled`: its time has not come. `waiting`: it will be delivered as soon as can be. `delivered`:
 * the engine has it; such entries are kept for a day. `failed`: the engine has refused it too often.
 */
export type OutboxState = (typeof outboxStates)[number]

/** An event in the outbox. */
export interface OutboxEntry {
  /** UUIDv7, the `id` of its envelope. */
  readonly id: string
  /** The engine's name of it. */
  readonly channel: string
  readonly state: OutboxState
  /** How often the engine has refused it. */
  readonly attempts: number
  readonly createdAt: Date
  /** When a scheduled one is due, or one that was refused is tried again. */
  readonly dueAt: Date
  readonly deliveredAt: Date | undefined
  /** Why it wasn't delivered when it was tried last; empty when it was, or was not tried. */
  readonly lastError: string
  /** What clients will get: the envelope of the event. */
  readonly envelope: unknown
}

/** What is put into the outbox. */
export interface OutboxPublication {
  /** UUIDv7. */
  readonly key: string
  readonly channel: string
  /** JSON. */
  readonly envelope: string
  /** Not to be delivered before then. */
  readonly schedule?: Date | undefined
}
