import type { Tally } from "../tally.js"

/** Whom to listen to. */
export interface ListenerOptions {
  readonly port: number
  readonly token: string
  readonly channel: string
  /** Is called for each publication, with when it was sent, in microseconds. */
  readonly onDelivery: (at: number) => void
}

/** What mustn't happen to a listener. */
export const faults = {
  lost: "connections lost",
  unrecovered: "missed for good",
} as const

/** A client with one subscription, which comes back to where it was. */
export interface Listener {
  readonly channel: string
  /** The numbers of the publications, as they came. */
  readonly received: readonly number[]
  /** What went otherwise than wished: tries that failed, by the reason, and {@link faults}. */
  readonly mishaps: Tally
  readonly isSubscribed: boolean
  /** Resolves when it is subscribed, after as many tries as it takes. */
  come(): Promise<void>
  /** Cuts its connection, and stays away. */
  leave(): void
  /** Cuts its connection, and resolves when it is subscribed again. */
  comeBack(): Promise<void>
}
