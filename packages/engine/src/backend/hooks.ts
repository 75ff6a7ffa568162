import type { IncomingHttpHeaders } from "node:http"
import type { Payload, SubscriptionGrant } from "@instant-ws/protocol"
import type { TakesBack } from "../tokens/invalidations.js"

// What the engine asks the backend about its clients: as functions of this process, or over HTTP by the
// proxies of the configuration. A hook may throw ProtocolError to refuse with a code, and DisconnectError
// to end the connection; what else it throws is logged and answered as error 100, internal.

/** Which client it is about. */
export interface ClientEvent {
  /** The id of the connection. */
  readonly client: string
  /** `websocket`, `sse`, `http_stream`, `uni_websocket`, `uni_sse` or `uni_http_stream`. */
  readonly transport: string
  readonly protocol: "json" | "protobuf"
  /** The headers of the HTTP request that the connection began with. */
  readonly headers: IncomingHttpHeaders
  /** The headers that the client itself has put into its connect command. */
  readonly emulatedHeaders: ReadonlyMap<string, string>
}

/** A client wants to connect, and brings no token. */
export interface ConnectingEvent extends ClientEvent {
  readonly name: string
  readonly version: string
  readonly data: Payload | undefined
  /** The channels that the client asks to be subscribed to by the server. */
  readonly channels: readonly string[]
}

/** Who the client is. */
export interface ConnectingResult {
  /** Empty for an anonymous visitor. */
  readonly user: string
  /** Unix time in seconds; absent never expires. */
  readonly expireAt?: number | undefined
  /** Shown to others in presence and beside publications. */
  readonly info?: Payload | undefined
  /** Kept with the connection for later hooks, never shown to clients. */
  readonly meta?: Payload | undefined
  /** Sent in the connect reply. */
  readonly data?: Payload | undefined
  /** The channels that the server subscribes the connection to. */
  readonly subs?: ReadonlyMap<string, ConnectingSubscription>
}

/** A subscription that comes with the connection. */
export interface ConnectingSubscription extends Partial<SubscriptionGrant> {
  /** Starts with the latest publication of a channel that recovers as a cache. */
  readonly cacheRecover?: boolean
}

/** What a connected client does. */
export interface UserEvent extends ClientEvent {
  readonly user: string
  readonly meta: Payload | undefined
}

/** A connection or a subscription has expired: does it go on? */
export interface ExpiryResult {
  readonly expired?: boolean
  /** Unix time in seconds. */
  readonly expireAt?: number | undefined
  /** Replaces what others see; absent: it stays. */
  readonly info?: Payload | undefined
}

/** A client wants to subscribe, or its subscription has expired. */
export interface ChannelEvent extends UserEvent {
  readonly channel: string
  readonly data: Payload | undefined
}

/** How a client is subscribed. */
export interface SubscribeResult extends Partial<SubscriptionGrant> {
  /** Unix time in seconds; absent never expires. */
  readonly expireAt?: number | undefined
}

/** How a client's publication is made. */
export interface PublishResult {
  /** Instead of what the client sent. */
  readonly data?: Payload | undefined
  readonly skipHistory?: boolean
  readonly tags?: ReadonlyMap<string, string>
  readonly idempotencyKey?: string
  readonly delta?: boolean
}

/** A client calls a method of the backend. */
export interface RpcEvent extends UserEvent {
  readonly method: string
  readonly data: Payload | undefined
}

/** A connection has ended. */
export interface DisconnectEvent extends UserEvent {
  readonly code: number
  readonly reason: string
}

/** A client's subscription to a channel has begun or ended, whoever began or ended it. */
export interface MembershipEvent {
  readonly channel: string
  /** The id of the connection. */
  readonly client: string
  /** Empty for an anonymous visitor. */
  readonly user: string
  /** How many subscriptions the channel has on this node after it; 0: it is empty. */
  readonly subscribers: number
}

/**
 * What a backend decides. A hook that is absent leaves the decision to tokens and to the configuration;
 * so does one that answers undefined.
 */
export interface Hooks {
  /** A client without a token wants to connect. */
  onConnecting?(event: ConnectingEvent): Promise<ConnectingResult | undefined>
  /** A connection has expired; undefined ends it, with 3005, and so does a refusal of any kind. */
  onRefresh?(event: UserEvent): Promise<ExpiryResult | undefined>
  /** A client without a token for it wants to subscribe to a channel that is not private. */
  onSubscribe?(event: ChannelEvent): Promise<SubscribeResult | undefined>
  /** A subscription has expired; undefined ends it. */
  onSubRefresh?(event: ChannelEvent): Promise<ExpiryResult | undefined>
  /** A client wants to publish. */
  onPublish?(event: ChannelEvent): Promise<PublishResult | undefined>
  /** A client calls a method: answers with data. */
  onRpc?(event: RpcEvent): Promise<Payload | undefined>
  /**
   * Whether the backend has taken a token back that is good otherwise; one to subscribe names its channel.
   * The client is told that it has expired, and asks for a new one. Called for every token: it must be quick.
   */
  readonly isTakenBack?: TakesBack | undefined
  /** A connected client is gone. Nobody waits for it. */
  onDisconnect?(event: DisconnectEvent): void
  /**
   * A client's subscription has begun. Called soon after it, in the order in which things happened,
   * like {@link onLeave}. Nobody waits for either, and what they throw is logged.
   */
  onJoin?(event: MembershipEvent): void | Promise<void>
  /** A client's subscription has ended, with its connection or alone: once for each {@link onJoin}. */
  onLeave?(event: MembershipEvent): void | Promise<void>
}
