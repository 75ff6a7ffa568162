import {
  type Disconnect,
  disconnects,
  errors,
  type Payload,
  ProtocolError,
  type SubscriptionOverride,
  unsubscribes,
} from "@instant-ws/protocol"
import type { StreamPosition } from "../broker/broker.js"
import { type Channel, overridden } from "../channel/options.js"
import { Message } from "../delivery/message.js"
import type { Node } from "../node.js"
import { expiryOf } from "../session/expiry.js"
import type { Session } from "../session/session.js"
import type { Sessions } from "../session/sessions.js"
import { startSubscription } from "../session/start-subscription.js"
import { NO_WISHES } from "../session/wishes.js"

/** Which connections are meant: all of a user's, or one of them. */
export interface ConnectionTarget {
  readonly user: string
  /** One connection, by its client id; absent or empty: all. */
  readonly client?: string
  /** One connection, by its session id; absent or empty: all. */
  readonly session?: string
  /** Client ids that are spared. */
  readonly whitelist?: readonly string[]
}

/** How the server subscribes connections. */
export interface ServerSubscribeOptions {
  /** Shown to others in presence and beside publications. */
  readonly info?: Payload | undefined
  /** Sent to the client with the subscription. */
  readonly data?: Payload | undefined
  /** Unix time in seconds; absent never expires. */
  readonly expireAt?: number | undefined
  /** Where the client stands in the stream already. */
  readonly recoverSince?: StreamPosition | undefined
  /** What this subscription does otherwise than the channel says. */
  readonly override?: SubscriptionOverride | undefined
}

/** What a connection's expiry becomes. */
export interface RefreshOptions {
  /** Ends the connections now. */
  readonly expired?: boolean
  /** Unix time in seconds; absent: they never expire. */
  readonly expireAt?: number | undefined
  /** Replaces what others see of them; absent: it stays. */
  readonly info?: Payload | undefined
}

/** What a backend may do to the connections of its users. */
export class Connections {
  readonly #node: Node
  readonly #sessions: Sessions

  constructor(node: Node, sessions: Sessions) {
    this.#node = node
    this.#sessions = sessions
  }

  /**
   * Subscribes connections to a channel, and tells them.
   * @throws ProtocolError 107 without a channel, 102 for an unknown namespace, 100 when a connection is
   * subscribed to it already.
   */
  async subscribe(
    target: ConnectionTarget,
    name: string,
    options: ServerSubscribeOptions,
  ): Promise<void> {
    if (name === "") throw new ProtocolError(errors.badRequest)
    const channel = overridden(this.#node.channels.find(name), options.override)
    for (const session of this.#targets(target)) {
      try {
        await subscribeSession(session, channel, options)
      } catch (error) {
        // Who has left meanwhile doesn't keep the others from being subscribed.
        if (session.state.phase === "connected") throw error
      }
    }
  }

  /**
   * Ends a subscription, or all with an empty channel. Connections without it are told all the same.
   * @throws ProtocolError 102 for an unknown namespace.
   */
  async unsubscribe(target: ConnectionTarget, channel: string): Promise<void> {
    if (channel !== "") this.#node.channels.find(channel)
    for (const session of this.#targets(target)) {
      for (const subscription of [...session.subscriptions.values()]) {
        if (channel === "" || subscription.channel.name.name === channel) {
          session.unsubscribe(subscription)
        }
      }
      const unsubscribe = unsubscribes.server
      this.#node.metrics?.unsubscribes.inc({ code: unsubscribe.code })
      session.queue.push(Message.push(channel === "" ? { unsubscribe } : { channel, unsubscribe }))
    }
  }

  /** Ends connections, with 3503 "force disconnect" unless said otherwise. */
  async disconnect(
    target: ConnectionTarget,
    disconnect: Disconnect = disconnects.forceNoReconnect,
  ): Promise<void> {
    for (const session of this.#targets(target)) session.disconnect(disconnect)
  }

  /** Changes when connections expire, and tells them. */
  async refresh(target: ConnectionTarget, options: RefreshOptions): Promise<void> {
    const { expired = false, expireAt, info } = options
    const isOver = expired || (expireAt !== undefined && expireAt * 1000 <= Date.now())
    for (const session of this.#targets(target)) {
      if (isOver) session.disconnect(disconnects.expired)
      else {
        if (info !== undefined) session.renew(info)
        session.deadlines.expireAt(expireAt)
        session.reschedule()
        session.queue.push(Message.push({ refresh: expiryOf(expireAt) }))
      }
    }
  }

  #targets({ user, client = "", session = "", whitelist = [] }: ConnectionTarget): Session[] {
    return [...this.#sessions.ofUser(user)].filter(
      (each) =>
        (client === "" || each.client === client) &&
        (session === "" || each.sessionId === session) &&
        !whitelist.includes(each.client),
    )
  }
}

async function subscribeSession(
  session: Session,
  channel: Channel,
  { info, data, expireAt, recoverSince }: ServerSubscribeOptions,
): Promise<void> {
  const { name } = channel.name
  if (session.subscriptions.has(name)) throw new ProtocolError(errors.internal)
  const grant = { channel, client: session.presentAs(info), data, expireAt, isServerSide: true }
  const { result, begin } = await startSubscription(session, grant, NO_WISHES)
  const { recoverable, positioned, epoch } = result
  const offset = recoverSince?.offset ?? result.offset
  const subscribe = { recoverable, positioned, epoch, offset, data: result.data }
  session.queue.push(Message.push({ channel: name, subscribe }))
  begin()
}
