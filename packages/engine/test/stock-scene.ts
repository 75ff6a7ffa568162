import {
  Centrifuge as JsonCentrifuge,
  type Subscription as JsonSubscription,
  type Options,
  type SubscriptionOptions,
  type TransportName,
} from "centrifuge"
import {
  Centrifuge as ProtobufCentrifuge,
  type Subscription as ProtobufSubscription,
} from "centrifuge/build/protobuf"
import { EventSource } from "eventsource"
import { WebSocket } from "ws"
import { Queue } from "../../../test/queue.js"
import { withDeadline } from "../../../test/with-deadline.js"
import type { EngineConfigInput, EngineOptions } from "../src/index.js"
import { connectionToken, RunningEngine } from "./running-engine.js"
import { TcpRelay } from "./tcp-relay.js"

/** A channel that keeps what is published, and lets its subscribers read it. */
export const kept = {
  allow_subscribe_for_client: true,
  allow_history_for_subscriber: true,
  force_recovery: true,
  history_size: 100,
  history_ttl: "60s",
} as const

/** A way for the stock client to connect: its transport, and what it speaks. */
export interface StockKind {
  readonly transport: TransportName
  readonly codec: "json" | "protobuf"
}
export type StockClient = JsonCentrifuge | ProtobufCentrifuge
export type StockSubscription = JsonSubscription | ProtobufSubscription
/** What a client or a subscription has been told. */
export type Heard = { readonly event: string } & Readonly<Record<string, unknown>>

/** All that the engine has and the client too: server-sent events can't carry Protobuf. */
export const stockKinds: readonly StockKind[] = [
  { transport: "websocket", codec: "json" },
  { transport: "websocket", codec: "protobuf" },
  { transport: "http_stream", codec: "json" },
  { transport: "http_stream", codec: "protobuf" },
  { transport: "sse", codec: "json" },
]

const clients = { json: JsonCentrifuge, protobuf: ProtobufCentrifuge }

/** An engine, and stock clients of one kind at the other end of a wire that can be cut. */
export class StockScene implements AsyncDisposable {
  readonly running: RunningEngine
  readonly wire: TcpRelay
  readonly #kind: StockKind
  readonly #clients: StockClient[] = []

  constructor(kind: StockKind, running: RunningEngine, wire: TcpRelay) {
    this.running = running
    this.wire = wire
    this.#kind = kind
  }

  static async start(
    kind: StockKind,
    config: EngineConfigInput = {},
    options: EngineOptions = {},
  ): Promise<StockScene> {
    const transports = { sse: { enabled: true }, http_stream: { enabled: true } }
    const running = await RunningEngine.start({ ...transports, ...config }, options)
    return new StockScene(kind, running, await TcpRelay.to(running.port))
  }

  /** A client that isn't connected yet. */
  client(options: Partial<Options> = {}): StockClient {
    const { transport, codec } = this.#kind
    const host = `127.0.0.1:${this.wire.port}`
    const scheme = transport === "websocket" ? "ws" : "http"
    const endpoint = `${scheme}://${host}/connection/${transport}`
    const client = new clients[codec]([{ transport, endpoint }], {
      websocket: WebSocket,
      eventsource: EventSource,
      emulationEndpoint: `http://${host}/emulation`,
      minReconnectDelay: 10,
      maxReconnectDelay: 50,
      ...options,
    })
    this.#clients.push(client)
    return client
  }

  /** A user's client, connected. */
  async clientOf(user: string, options: Partial<Options> = {}): Promise<StockClient> {
    const client = this.client({ token: await connectionToken(user), ...options })
    client.connect()
    await withDeadline("the connection", client.ready())
    return client
  }

  /** A subscription that was answered, and what it hears after that. */
  async subscribed(
    client: StockClient,
    channel: string,
    options: Partial<SubscriptionOptions> = {},
  ): Promise<{ readonly subscription: StockSubscription; readonly heard: Queue<Heard> }> {
    const subscription = client.newSubscription(channel, {
      minResubscribeDelay: 10,
      maxResubscribeDelay: 50,
      ...options,
    })
    const heard = this.heardBy(subscription)
    subscription.subscribe()
    await withDeadline("the subscription", subscription.ready())
    await heard.take(2)
    return { subscription, heard }
  }

  /** All that a subscription hears. */
  heardBy(subscription: StockSubscription): Queue<Heard> {
    const heard = new Queue<Heard>()
    const put = (event: string) => (context: object) => heard.push({ event, ...unpacked(context) })
    subscription.on("subscribing", put("subscribing"))
    subscription.on("subscribed", put("subscribed"))
    subscription.on("unsubscribed", put("unsubscribed"))
    subscription.on("publication", put("publication"))
    subscription.on("join", put("join"))
    subscription.on("leave", put("leave"))
    return heard
  }

  /** What a client hears of itself and of its server-side subscriptions. */
  heardByClient(client: StockClient): Queue<Heard> {
    const heard = new Queue<Heard>()
    const put = (event: string) => (context: object) => heard.push({ event, ...unpacked(context) })
    client.on("connecting", put("connecting"))
    client.on("connected", put("connected"))
    client.on("disconnected", put("disconnected"))
    client.on("subscribed", put("subscribed"))
    client.on("unsubscribed", put("unsubscribed"))
    client.on("publication", put("publication"))
    return heard
  }

  /** JSON as this kind of client sends it. */
  packed(value: unknown): unknown {
    return this.#kind.codec === "json" ? value : Buffer.from(JSON.stringify(value))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.disconnect()
    await this.wire[Symbol.asyncDispose]()
    await this.running[Symbol.asyncDispose]()
  }
}

/** What a client was told, the JSON in its payloads read. */
export function unpacked(received: object): object {
  return Object.fromEntries(
    Object.entries(received).map(([name, value]) => [name, unpackedValue(value)]),
  )
}

function unpackedValue(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return value.length === 0 ? undefined : JSON.parse(new TextDecoder().decode(value))
  }
  if (Array.isArray(value)) return value.map(unpackedValue)
  return typeof value === "object" && value !== null ? unpacked(value) : value
}
