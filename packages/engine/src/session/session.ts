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
import type { Chain } from "../delivery/chain.js"
import { Message } from "../delivery/message.js"
import { SessionQueue, type Sink } from "../delivery/session-queue.js"
import type { Node } from "../node.js"
import type { Timed } from "../timing-wheel.js"
import { Deadlines } from "./deadlines.js"

/** The socket under a session: frames out, and the end. */
export interface Transport extends Sink {
  /** The chain from which this transport's frames grow. */
  readonly empty: Chain
  /** Says goodbye behind what was written. */
  close(disconnect: Disconnect): void
  /** Reads nothing more until {@link resume}. */
  pause(): void
  resume(): void
}

/** What a session is part of: who answers its commands, and who keeps account of it. */
export interface SessionOwner {
  /** Answers a command. @throws ProtocolError to refuse it, DisconnectError to end the session. */
  execute(session: Session, command: Command): Promise<void>
  connectedAs(session: Session, user: string): void
  /** @param user Who was connected; undefined when nobody was yet. */
  closed(session: Session, user: string | undefined): void
}

/** Who a connected session is. */
export interface Identity {
  readonly user: string
  /** Shown to others in presence and beside publications. */
  readonly info: Payload | undefined
}

/**
 * Where a session stands. `refused`: the connect command was answered with an error; what follows is
 * passed over in silence until the session is stale.
 */
export type SessionState =
  | { readonly phase: "new" }
  | { readonly phase: "refused" }
  | { readonly phase: "connected"; readonly identity: Identity }
  | { readonly phase: "closed" }

/** Frames of one session that may wait for the commands before them. */
const MAX_WAITING_FRAMES = 16

/** One client's connection: its commands are answered one after the other. */
export class Session implements Timed {
  readonly client = randomUUID()
  readonly node: Node
  readonly queue: SessionQueue
  readonly subscriptions = new Map<string, Subscription>()
  readonly deadlines: Deadlines
  wheelSlot = -1
  readonly #transport: Transport
  readonly #owner: SessionOwner
  #state: SessionState = { phase: "new" }
  #frames: Iterable<Command | Pong>[] = []
  #isBusy = false

  constructor(node: Node, transport: Transport, owner: SessionOwner) {
    this.node = node
    this.#owner = owner
    this.#transport = transport
    this.queue = new SessionQueue(transport, transport.empty, node.queue)
    this.deadlines = new Deadlines(node.config.client, Date.now())
    node.wheel.schedule(this, this.deadlines.next)
  }

  get state(): SessionState {
    return this.#state
  }

  /** Who is connected. @throws DisconnectError 3501 when nobody is yet. */
  get identity(): Identity {
    if (this.#state.phase !== "connected") throw new DisconnectError(disconnects.badRequest)
    return this.#state.identity
  }

  /**
   * Takes the commands of a frame, which are decoded one by one. They are answered in order, each
   * when the one before is done.
   */
  receive(frame: Iterable<Command | Pong>): void {
    if (this.#state.phase === "closed") return
    this.#frames.push(frame)
    if (!this.#isBusy) void this.#work()
    else if (this.#frames.length === MAX_WAITING_FRAMES) this.#transport.pause()
  }

  /** The connect command was granted. */
  connected(identity: Identity): void {
    this.#state = { phase: "connected", identity }
    this.#owner.connectedAs(this, identity.user)
    this.deadlines.connected(Date.now())
    this.reschedule()
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
  disconnect(disconnect: Disconnect): void {
    if (this.#state.phase === "closed") return
    this.queue.close()
    this.#transport.close(disconnect)
    this.closed()
  }

  /** The transport is gone, or will be. */
  closed(): void {
    if (this.#state.phase === "closed") return
    const user = this.#state.phase === "connected" ? this.#state.identity.user : undefined
    this.#state = { phase: "closed" }
    this.#frames = []
    this.node.wheel.cancel(this)
    for (const subscription of this.subscriptions.values()) this.node.hub.remove(subscription)
    this.subscriptions.clear()
    this.#owner.closed(this, user)
  }

  onTime(now: number): void {
    const due = this.deadlines.due(now, this.subscriptions.values())
    if (due.ping) this.queue.push(Message.ping)
    for (const subscription of due.expired) this.unsubscribe(subscription, due.unsubscribe)
    if (due.disconnect !== undefined) this.disconnect(due.disconnect)
    this.reschedule()
  }

  /** Ends a subscription; with a reason, the client is told. */
  unsubscribe(subscription: Subscription, reason?: Disconnect): void {
    const { name } = subscription.channel.name
    this.node.hub.remove(subscription)
    this.subscriptions.delete(name)
    if (reason !== undefined) {
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
    if (command.method === "pong") {
      if (!this.deadlines.pong()) throw new DisconnectError(disconnects.badRequest)
      return
    }
    if (this.#state.phase === "refused") return
    try {
      await this.#owner.execute(this, command)
    } catch (error) {
      if (error instanceof DisconnectError) throw error
      this.queue.push(Message.reply({ id: command.id, error: this.#errorFor(error) }))
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
    if (error instanceof BadFrameError) return disconnects.badRequest
    this.node.log.error({ err: error, client: this.client }, "a session failed")
    return disconnects.serverError
  }
}
