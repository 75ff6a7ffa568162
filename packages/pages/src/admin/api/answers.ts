/** Who may see a channel. */
export const levels = ["public", "users", "groups", "staff", "superuser"] as const

/** Who may see a channel. */
export type Level = (typeof levels)[number]

/** Who works in the admin, and on what. */
export interface AdminSession {
  readonly user: { readonly id: string; readonly name: string }
  readonly csrfToken: string
  /** The name of the site. */
  readonly site: string
  readonly engine: "embedded" | "remote"
  /** Whether the built-in accounts are in use. */
  readonly accounts: boolean
  /** Where the engine's sockets are, when it isn't this host. */
  readonly websocketUrl?: string
}

/** What can be set of a channel. */
export interface ChannelFields {
  readonly level: Level
  readonly groups: readonly string[]
  readonly isActive: boolean
}

/** A channel. */
export interface AdminChannel extends ChannelFields {
  readonly name: string
  /** Null when the engine doesn't say. */
  readonly subscribers: number | null
}

/** A client that is subscribed to a channel. */
export interface PresentMember {
  readonly client: string
  readonly user: string
}

/** Who is subscribed to a channel: the first of them, and how many there are. */
export interface Presence {
  readonly members: readonly PresentMember[]
  readonly total: number
}

/** A place in a channel's history. */
export interface Position {
  readonly offset: number
  readonly epoch: string
}

/** Something that was published. */
export interface Publication {
  readonly offset: number
  readonly data: unknown
}

/** A part of a channel's history. */
export interface HistoryPart {
  readonly publications: readonly Publication[]
  /** The end of the history. */
  readonly position: Position
}

/** What a socket needs to follow a channel. */
export interface StreamTokens {
  /** For the subscription. */
  readonly token: string
  readonly connectionToken: string
}

/** An event to publish. */
export interface NewEvent {
  readonly channel: string
  readonly message?: string
  readonly eventClass?: string
  readonly data?: unknown
  readonly bucket?: string
  /** Whether it goes through the outbox, which survives an engine that is away. */
  readonly durable?: boolean
}

/** What can be set of an account. */
export interface AccountFields {
  readonly staff: boolean
  readonly superuser: boolean
  readonly isActive: boolean
  readonly groups: readonly string[]
}

/** One of the built-in accounts. */
export interface Account extends AccountFields {
  readonly name: string
  readonly hasPassword: boolean
}

/** A group, and how many it gives something to. */
export interface Group {
  readonly name: string
  readonly users: number
  readonly channels: number
}

/** A client that is connected. */
export interface Connection {
  readonly client: string
  readonly user: string
  readonly address: string
  readonly transport: string
  readonly protocol: string
  /** What the client calls itself. */
  readonly name: string
  readonly version: string
  readonly channels: readonly string[]
  /** Ms since 1970. */
  readonly since: number
}

/** A page of connections. */
export interface ConnectionPage {
  readonly connections: readonly Connection[]
  /** Where the next page begins; null for the last. */
  readonly cursor: string | null
  readonly total: number
}

/** What becomes of an entry of the outbox. */
export const outboxStates = ["waiting", "scheduled", "failed"] as const

/** What becomes of an entry of the outbox. */
export type OutboxState = (typeof outboxStates)[number]

/** An event on its way. Times in ms since 1970. */
export interface OutboxEntry {
  readonly id: string
  readonly channel: string
  readonly message?: unknown
  readonly eventClass?: string
  readonly createdAt: number
  readonly dueAt: number
  readonly attempts: number
  readonly state: OutboxState
  readonly lastError: string | null
}

/** A page of the outbox. */
export interface OutboxPage {
  readonly entries: readonly OutboxEntry[]
  readonly next: string | null
  readonly counts: Readonly<Record<OutboxState, number>>
}

/** How the server was doing at a moment. */
export interface Sample {
  /** Ms since 1970. */
  readonly at: number
  readonly connections: number
  /** A second. */
  readonly deliveries: number
  /** A second. */
  readonly publications: number
  /** How long publishing took; null when nothing was published. */
  readonly publishMs: { readonly p50: number; readonly p95: number } | null
  /** Bytes. */
  readonly rss: number
}

/** How often something went wrong in the last hour. */
export interface ErrorCount {
  readonly kind: "reply" | "disconnect" | "http"
  readonly code: number | string
  readonly text: string
  readonly count: number
}

/** How the server is doing, and was in the last hour. */
export interface Stats {
  readonly now: {
    /** These four are null when the engine runs elsewhere and doesn't tell. */
    readonly connections: number | null
    readonly users: number | null
    readonly subscriptions: number | null
    readonly channels: number | null
    /** Bytes. */
    readonly rss: number
    /** Seconds. */
    readonly uptime: number
  }
  /** The oldest first. */
  readonly samples: readonly Sample[]
  readonly errors: readonly ErrorCount[]
}

/** Something that was done in the admin. */
export interface AuditEntry {
  readonly id: number
  /** Ms since 1970. */
  readonly at: number
  readonly actor: string
  /** Such as `channel.add`. */
  readonly action: string
  readonly target: string
  readonly details: unknown
}
