import type { DeclaredEvent, EventDeclaration } from "../channels/declaration.js"
import type { Position } from "../engine/engine-link.js"
import type { SiteTransaction } from "../outbox/site-transaction.js"

/** What an event carries beside its message. */
export interface EventOptions {
  /** What kind of event it is; handlers may ask for one kind. */
  readonly eventClass?: string | undefined
  /** Any JSON. */
  readonly data?: unknown
  /** A label to sort events by. */
  readonly bucket?: string | undefined
  /** The name of the site that publishes. @default the site of the installation */
  readonly site?: string | undefined
}

/** Whether an event is handed to the engine now, or put into the outbox. */
export type Delivery = Immediate | Durable

/** Now: what the engine doesn't take is an error of the call. */
export interface Immediate {
  readonly durable?: undefined
  readonly schedule?: undefined
  readonly transaction?: undefined
}

/** Into the outbox, from where it is delivered once, in the order of its channel. */
export type Durable = (
  | { readonly durable: true; readonly schedule?: Date | undefined }
  /** Delivered then, or as soon as can be after it. */
  | { readonly durable?: true | undefined; readonly schedule: Date }
) & {
  /** The event is accepted when this is committed. @default one of its own */
  readonly transaction?: SiteTransaction | undefined
}

/** What an event carries beside its message, and how it is delivered. */
export type PublishOptions = EventOptions & Delivery

/** The same for an event of a declared channel. */
export type DeclaredOptions<Declaration extends EventDeclaration> = DeclaredEvent<Declaration> &
  Omit<EventOptions, "eventClass" | "data"> &
  Delivery

/** An event that was published, or accepted by the outbox. */
export interface Published {
  /** UUIDv7: the `id` of its envelope, and of its entry in the outbox. */
  readonly id: string
  /** Where it stands in its channel's history; undefined without one, and while it is in the outbox. */
  readonly position: Position | undefined
}

/** Who a broadcast is for. */
export type BroadcastTarget = "users" | "staff" | "superuser"

/** An event for everyone of a kind. */
export type Broadcast = PublishOptions & {
  /** Any JSON; may be left out when there is data. */
  readonly message?: unknown
  /** @default everyone who may see the channel `public` */
  readonly target?: BroadcastTarget | undefined
}

/** One of several events that are published together. */
export interface ChannelEvent extends EventOptions {
  /** Found as `publish` finds it. */
  readonly channel: string
  /** Any JSON; may be left out when there is data. */
  readonly message?: unknown
}

/** What became of one of several events: it is published, or there is an error. */
export type Outcome = Published | Error
