import {
  DisconnectError,
  errors,
  overrideOf,
  type Payload,
  ProtocolError,
} from "@instant-ws/protocol"
import type { Logger } from "pino"
import type { Channel } from "../channel/options.js"
import type {
  ChannelEvent,
  ConnectingEvent,
  ConnectingResult,
  DisconnectEvent,
  ExpiryResult,
  Hooks,
  PublishResult,
  RpcEvent,
  SubscribeResult,
  UserEvent,
} from "./hooks.js"
import { payloadOf } from "./payload-of.js"
import type { Proxies } from "./proxies.js"
import type { ProxyResult } from "./proxy-shapes.js"

/** How long a connection or subscription goes on when the backend can't be asked, in seconds. */
const RESPITE = 60

/** What the backend has to say: hooks of this process first, then the proxies. */
export class Backend {
  readonly #hooks: Hooks
  readonly #proxies: Proxies
  readonly #log: Logger

  constructor(hooks: Hooks, proxies: Proxies, log: Logger) {
    this.#hooks = hooks
    this.#proxies = proxies
    this.#log = log
  }

  /** Whether the backend is asked when a connection expires, and not the client. */
  get refreshesConnections(): boolean {
    return this.#hooks.onRefresh !== undefined || this.#proxies.refresh !== undefined
  }

  /** Whether the backend is asked when a subscription expires, and not the client. */
  refreshesSubscriptions(channel: Channel): boolean {
    return (
      this.#hooks.onSubRefresh !== undefined ||
      this.#proxies.ofChannel("sub_refresh", channel) !== undefined
    )
  }

  /** Who a client without a token is; undefined when the backend doesn't say. */
  async connecting(event: ConnectingEvent): Promise<ConnectingResult | undefined> {
    const decided = await this.#hooks.onConnecting?.(event)
    if (decided !== undefined) return decided
    const { name, version, data, channels } = event
    const asked = { name, version, data, channels }
    const result = await this.#proxies.connect?.ask("connect", event, asked)
    return result && connectingResult(result)
  }

  /** Whether a connection goes on. */
  async refresh(event: UserEvent): Promise<ExpiryResult> {
    const { user, meta } = event
    return this.#orRespite(async () => {
      const decided = await this.#hooks.onRefresh?.(event)
      if (decided !== undefined) return decided
      const result = await this.#proxies.refresh?.ask("refresh", event, { user, meta })
      return expiryResult(result)
    })
  }

  /** Whether the backend is asked about subscriptions to a channel. */
  decidesSubscriptions(channel: Channel): boolean {
    return (
      this.#hooks.onSubscribe !== undefined ||
      this.#proxies.ofChannel("subscribe", channel) !== undefined
    )
  }

  /** How a client is subscribed; undefined when the backend isn't asked about this channel. */
  async subscribe(channel: Channel, event: ChannelEvent): Promise<SubscribeResult | undefined> {
    const decided = await this.#hooks.onSubscribe?.(event)
    const proxy = this.#proxies.ofChannel("subscribe", channel)
    if (decided !== undefined || proxy === undefined) return decided
    const { user, meta, data } = event
    const asked = { user, meta, data, channel: event.channel }
    return subscribeResult(await proxy.ask("subscribe", event, asked))
  }

  /** Whether a subscription goes on. */
  async subRefresh(channel: Channel, event: ChannelEvent): Promise<ExpiryResult> {
    const { user, meta } = event
    return this.#orRespite(async () => {
      const decided = await this.#hooks.onSubRefresh?.(event)
      const proxy = this.#proxies.ofChannel("sub_refresh", channel)
      if (decided !== undefined) return decided
      const asked = { user, meta, channel: event.channel }
      return expiryResult(await proxy?.ask("sub_refresh", event, asked))
    })
  }

  /** How a client's publication is made; undefined when the backend isn't asked about this channel. */
  async publish(channel: Channel, event: ChannelEvent): Promise<PublishResult | undefined> {
    const decided = await this.#hooks.onPublish?.(event)
    const proxy = this.#proxies.ofChannel("publish", channel)
    if (decided !== undefined || proxy === undefined) return decided
    const { user, meta, data } = event
    const asked = { user, meta, data, channel: event.channel }
    return publishResult(await proxy.ask("publish", event, asked))
  }

  /**
   * Calls a method.
   * @throws ProtocolError 108 when nobody answers to it.
   */
  async rpc(event: RpcEvent): Promise<Payload | undefined> {
    if (this.#hooks.onRpc !== undefined) return this.#hooks.onRpc(event)
    const proxy = this.#proxies.rpc(event.method)
    if (proxy === undefined) throw new ProtocolError(errors.notAvailable)
    const { user, meta, method, data } = event
    const result = await proxy.ask("rpc", event, { user, meta, method, data })
    return result && payloadOf(result.data, result.b64data, errors.internal)
  }

  /** A connected client is gone. */
  disconnected(event: DisconnectEvent): void {
    try {
      this.#hooks.onDisconnect?.(event)
    } catch (err) {
      this.#log.error({ err, client: event.client }, "onDisconnect failed")
    }
  }

  /** A backend out of reach ends nothing: it is asked again after a while. Its refusals count as no result. */
  async #orRespite(ask: () => Promise<ExpiryResult | undefined>): Promise<ExpiryResult> {
    try {
      return (await ask()) ?? { expired: true }
    } catch (err) {
      if (err instanceof DisconnectError) return { expired: true }
      if (err instanceof ProtocolError && err.code !== errors.internal.code)
        return { expired: true }
      this.#log.error({ err }, "the backend didn't say whether to go on")
      return { expireAt: Math.floor(Date.now() / 1000) + RESPITE }
    }
  }
}

function connectingResult(result: ProxyResult<"connect">): ConnectingResult {
  const { user, expire_at, info, b64info, data, b64data, meta, channels } = result
  const named = channels.map((name) => [name, {}] as const)
  const granted = [...result.subs].map(([name, { cache_recover, ...grant }]) => {
    return [name, { ...grantOf(grant), cacheRecover: cache_recover }] as const
  })
  return {
    user,
    meta,
    expireAt: timeOf(expire_at),
    info: payloadOf(info, b64info, errors.internal),
    data: payloadOf(data, b64data, errors.internal),
    subs: new Map([...named, ...granted]),
  }
}

function subscribeResult(result: ProxyResult<"subscribe"> | undefined): SubscribeResult {
  return result === undefined ? {} : { ...grantOf(result), expireAt: timeOf(result.expire_at) }
}

type ProxyGrant = Omit<ProxyResult<"subscribe">, "expire_at">

function grantOf({ info, b64info, data, b64data, override }: ProxyGrant): SubscribeResult {
  return {
    info: payloadOf(info, b64info, errors.internal),
    data: payloadOf(data, b64data, errors.internal),
    override: overrideOf(override),
  }
}

function expiryResult(result: ProxyResult<"refresh"> | undefined): ExpiryResult | undefined {
  if (result === undefined) return undefined
  const { expired, expire_at, info, b64info } = result
  return { expired, expireAt: timeOf(expire_at), info: payloadOf(info, b64info, errors.internal) }
}

function publishResult(result: ProxyResult<"publish"> | undefined): PublishResult {
  if (result === undefined) return {}
  const { data, b64data, skip_history, tags, idempotency_key, delta } = result
  return {
    data: payloadOf(data, b64data, errors.internal),
    skipHistory: skip_history,
    tags,
    idempotencyKey: idempotency_key,
    ...(delta && { delta }),
  }
}

/** 0 is no time. */
function timeOf(seconds: number): number | undefined {
  return seconds === 0 ? undefined : seconds
}
