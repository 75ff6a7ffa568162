import { randomUUID } from "node:crypto"
import {
  BadFrameError,
  type Command,
  type Disconnect,
  DisconnectError,
  disconnects,
  errors,
  type Payload,
  type Pong,
  ProtocolError,
} from "@instant-ws/protocol"
import type { Subscription } from "../channel/subscription.js"
import { Message } from "../delivery/message.js"
import { SessionQueue } from "../delivery/session-queue.js"
import type { Node } from "../node.js"
import type { PresentClient } from "../presence/presence.js"
import type { Timed } from "../timing-wheel.js"
import { Deadlines, type Due } from "./deadlines.js"
import { disconnectForError } from "./error-disconnect.js"
import type { Buckets } from "./operation-limits.js"
import type { Transport } from "./transport.js"

/** What a session is part of: who answers its commands, and who keeps account of it. */
export interface SessionOwner {
  /** The connected sessions of a user. */
  ofUser(user: string): ReadonlySet<Session>
  /** Answers a command. @throws ProtocolError to refuse it, DisconnectError to end the session. */
  execute(session: Session, command: Command): Promise<void>
  /** Sees to what has expired. Nobody waits for it. */
  upkeep(session: Session, due: Due): void
  /** A session is connected now. @returns Its place among all that ever were, from 1. */
  connectedAs(session: Session, user: string): number
  /** The server ends a session. */
  disconnecting(session: Session, disconnect: Disconnect): void
  /** @param identity Who was connected; undefined when nobody was yet. */
  closed(session: Session, disconnect: Disconnect, identity: Identity | undefined): void
  /** The transport is gone, after or without a goodbye. */
  gone(session: Session): void
}

/** Who a connected session is. */
export interface Identity {
  readonly user: string
  /** Shown to others in presence and beside publications. */
  readonly info: Payload | undefined
  /** For the backend's eyes. */
  readonly meta: Payload | undefined
}

/**
 * Where a session stands. `refused`: the connect command was answered with an error; what follows is
 * passed over in silence until the session is stale.
 */
export type SessionState =
  | { readonly phase: "new" }
  | { readonly phase: "refused" }
  | Connected
  | { readonly phase: "closed" }

/** A session whose client was let in. */
export interface Connected {
  readonly phase: "connected"
  readonly identity: Identity
  /** When it was let in. Unix time in milliseconds. */
  readonly since: number
}

const NO_HEADERS: ReadonlyMap<string, string> = new Map()

/** Frames of one session that may wait for the commands before them. */
const MAX_WAITING_FRAMES = 16

/** One client's connection: its commands are answered one after the other. */
export class Session implements Timed {
  readonly client = randomUUID()
  /** Known to clients of emulated and unidirectional transports only; others have none. */
  readonly sessionId: string
  readonly node: Node
  readonly queue: SessionQueue
  readonly subscriptions = new Map<string, Subscription>()
  readonly deadlines: Deadlines
  /** What the client has put into its connect command for the backend. */
  emulatedHeaders: ReadonlyMap<string, string> = NO_HEADERS
  /** What the client calls itself in its connect command. */
  clientName = ""
  clientVersion = ""
  /** What it may still do now; made once a limit is set and it does something. */
  buckets: Buckets | undefined
  wheelSlot = -1
  readonly #transport: Transport
  readonly #owner: SessionOwner
  #state: SessionState = { phase: "new" }
  #frames: Iterable<Command | Pong>[] = []
  #isBusy = false
  #serial = 0

  constructor(node: Node, transport: Transport, owner: SessionOwner) {
    this.node = node
    this.#owner = owner
    this.#transport = transport
    this.sessionId = transport.direction === "bidirectional" ? "" : randomUUID()
    this.queue = new SessionQueue(transport, transport.empty, node.queues[transport.name])
    const expectsPong = transport.direction !== "unidirectional"
    this.deadlines = new Deadlines(node.config.client, expectsPong)
    node.wheel.schedule(this, this.deadlines.next)
  }

  get state(): SessionState {
    return this.#state
  }

  get transport(): Pick<Transport, "name" | "codec" | "direction" | "headers" | "peer"> {
    return this.#transport
  }

  /** Its place among all that this node has let in, from 1; 0 when it isn't let in yet. */
  get serial(): number {
    return this.#serial
  }

  /** How many connections a user has. */
  countOfUser(user: string): number {
    return this.#owner.ofUser(user).size
  }

  /** Ends the other connections of this session's user. */
  endOthersOfUser(): void {
    for (const other of [...this.#owner.ofUser(this.identity.user)]) {
      if (other !== this) other.disconnect(disconnects.connectionLimit)
    }
  }

  /** How others see this session in a channel. */
  presentAs(chanInfo: Payload | undefined, identity = this.identity): PresentClient {
    const { user, info } = identity
    return { user, client: this.client, conn_info: info, chan_info: chanInfo }
  }

  /** Who is connected. @throws DisconnectError 3501 when nobody is yet. */
  get identity(): Identity {
    return this.#connected.identity
  }

  get #connected(): Connected {
    if (this.#state.phase !== "connected") throw new DisconnectError(disconnects.badRequest)
    return this.#state
  }

  /**
   * Takes the commands of a frame, which are decoded one by one. They are answered in order, each
   * when the one before is done.
   * @returns False when so much waits already that the frame wasn't taken, which can't be where reading pauses.
   */
  receive(frame: Iterable<Command | Pong>): boolean {
    if (this.#state.phase === "closed") return true
    const isFull = this.#frames.length >= MAX_WAITING_FRAMES
    if (isFull && this.#transport.direction === "emulated") return false
    this.#frames.push(frame)
    if (!this.#isBusy) void this.#work()
    else if (this.#frames.length === MAX_WAITING_FRAMES) this.#transport.pause()
    return true
  }

  /** The connect command was granted. */
  connected(identity: Identity): void {
    const now = Date.now()
    this.#state = { phase: "connected", identity, since: now }
    this.#serial = this.#owner.connectedAs(this, identity.user)
    this.deadlines.connected(now)
    this.reschedule()
  }

  /** What others see of this session from now on. */
  renew(info: Payload): void {
    const state = this.#connected
    this.#state = { ...state, identity: { ...state.identity, info } }
    for (const subscription of this.subscriptions.values()) subscription.renew(info)
  }

  /** The connect command was answered with an error. */
  refused(): void {
    this.#state = { phase: "refused" }
  }

  /** The deadlines have changed. */
  reschedule(): void {
    if (this.#state.phase !== "closed") this.node.wheel.schedule(this, this.deadlines.next)
  }

  /** Ends the session for a reason that the client is told. */
  disconnect(disconnect: Disconnect, errorCode?: number): void {
    if (this.#state.phase === "closed") return
    this.#owner.disconnecting(this, disconnect)
    this.queue.close()
    this.#transport.close(disconnect, errorCode)
    this.closed(disconnect)
  }

  /** Ends the transport at once: the goodbye has taken too long. */
  terminate(): void {
    this.#transport.terminate()
  }

  /** The transport is gone. */
  gone(): void {
    this.closed()
    this.#owner.gone(this)
  }

  /** The client has sent what can't be read, and the transport ends for it. */
  failed(): void {
    this.node.metrics?.badFrames.inc({ transport: this.#transport.name })
    this.closed(disconnects.badRequest)
  }

  /** The transport is gone, or will be. */
  closed(disconnect: Disconnect = disconnects.connectionClosed): void {
    if (this.#state.phase === "closed") return
    const identity = this.#state.phase === "connected" ? this.#state.identity : undefined
    this.#state = { phase: "closed" }
    this.#frames = []
    this.node.wheel.cancel(this)
    this.queue.drop()
    for (const subscription of this.subscriptions.values()) this.unsubscribe(subscription)
    this.#owner.closed(this, disconnect, identity)
  }

  onTime(now: number): void {
    // A pong may wait behind a command that is still being answered.
    if (this.#isBusy) this.deadlines.awaitPong(now)
    const due = this.deadlines.due(now, this.subscriptions.values())
    if (due.ping) this.queue.push(Message.ping)
    if (due.disconnect !== undefined) {
      this.disconnect(due.disconnect)
      return
    }
    this.#owner.upkeep(this, due)
    this.reschedule()
  }

  /**
   * Makes a subscription part of the session.
   * @throws ProtocolError 105 when it has one to the channel: two may have been granted at once.
   * DisconnectError 3000 when it has ended.
   */
  add(subscription: Subscription): void {
    const { name } = subscription.channel.name
    if (this.subscriptions.has(name)) throw new ProtocolError(errors.alreadySubscribed)
    if (this.#state.phase === "closed") throw new DisconnectError(disconnects.connectionClosed)
    this.node.metrics?.actions.inc({ action: "add_subscription" })
    this.subscriptions.set(name, subscription)
    this.node.hub.add(subscription)
  }

  /** Ends a subscription; with a reason, the client is told. */
  unsubscribe(subscription: Subscription, reason?: Disconnect): void {
    const { name } = subscription.channel.name
    // Whoever decided on this end may have waited, and another of the name have come meanwhile.
    if (this.subscriptions.get(name) !== subscription) return
    this.subscriptions.delete(name)
    this.node.hub.remove(subscription)
    subscription.end()
    this.node.metrics?.actions.inc({ action: "remove_subscription" })
    this.node.membership.left(subscription)
    if (reason !== undefined) {
      this.node.metrics?.unsubscribes.inc({ code: reason.code })
      this.queue.push(Message.push({ channel: name, unsubscribe: reason }))
    }
  }

  async #work(): Promise<void> {
    this.#isBusy = true
    try {
      for (let frame = this.#frames.shift(); frame !== undefined; frame = this.#frames.shift()) {
        for (const command of frame) {
          if (this.#state.phase === "closed") return
          await this.#answer(command)
        }
      }
      this.#transport.resume()
    } catch (error) {
      this.disconnect(this.#disconnectFor(error))
    } finally {
      this.#isBusy = false
    }
  }

  async #answer(command: Command | Pong): Promise<void> {
    this.node.metrics?.heard(this.#transport.name, command)
    if (command.method === "pong") {
      if (!this.deadlines.pong()) throw new DisconnectError(disconnects.badRequest)
      return
    }
    if (this.#state.phase === "refused") return
    try {
      await this.#owner.execute(this, command)
    } catch (error) {
      if (error instanceof DisconnectError) throw error
      const answer = this.#errorFor(error)
      if (this.state.phase === "closed") return
      if (this.#transport.direction === "unidirectional") {
        this.disconnect(disconnectForError(this.node.config, answer.code), answer.code)
        return
      }
      this.node.replyErrors.add(command.method, answer.code)
      this.queue.push(Message.reply({ id: command.id, error: answer }))
      if (command.method === "connect") this.refused()
    }
  }

  #errorFor(error: unknown): { code: number; message: string; temporary: boolean } {
    if (error instanceof ProtocolError) {
      return { code: error.code, message: error.message, temporary: error.temporary }
    }
    this.node.log.error({ err: error, client: this.client }, "a command failed")
    return { ...errors.internal }
  }

  #disconnectFor(error: unknown): Disconnect {
    if (error instanceof DisconnectError) return error.disconnect
    if (error instanceof BadFrameError) {
      this.node.metrics?.badFrames.inc({ transport: this.#transport.name })
      return disconnects.badRequest
    }
    this.node.log.error({ err: error, client: this.client }, "a session failed")
    return disconnects.serverError
  }
}
