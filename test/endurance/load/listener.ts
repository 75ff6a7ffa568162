/** Whom to listen to. */
export interface ListenerOptions {
  readonly port: number
  readonly token: string
  readonly channel: string
  /** Is called for each publication, with when it was sent, in microseconds. */
  readonly onDelivery: (at: number) => void
}

/** How often something went otherwise than wished. */
export interface Mishaps {
  /** Handshakes answered with 503. */
  refused: number
  /** Other tries that failed. */
  failed: number
  /** Connections that ended unasked. */
  lost: number
  /** Subscriptions that were told that something is missed for good. */
  unrecovered: number
}

/** A client with one subscription, which comes back to where it was. */
export interface Listener {
  readonly channel: string
  /** The numbers of the publications, as they came. */
  readonly received: readonly number[]
  readonly mishaps: Readonly<Mishaps>
  readonly isSubscribed: boolean
  /** Resolves when it is subscribed, after as many tries as it takes. */
  come(): Promise<void>
  /** Cuts its connection, and stays away. */
  leave(): void
  /** Cuts its connection, and resolves when it is subscribed again. */
  comeBack(): Promise<void>
}

export function noMishaps(): Mishaps {
  return { refused: 0, failed: 0, lost: 0, unrecovered: 0 }
}
