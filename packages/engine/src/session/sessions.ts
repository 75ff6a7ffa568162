import type { Command } from "@instant-ws/protocol"
import type { Node } from "../node.js"
import { execute } from "./commands/commands.js"
import { Session, type SessionOwner, type Transport } from "./session.js"

const NOBODY: ReadonlySet<Session> = new Set()

/** The sessions of this node: all that are open, and the connected ones by user. */
export class Sessions implements SessionOwner {
  readonly #node: Node
  readonly #open = new Set<Session>()
  readonly #byUser = new Map<string, Set<Session>>()
  #connected = 0

  constructor(node: Node) {
    this.#node = node
  }

  /** Sessions that are connected. */
  get connected(): number {
    return this.#connected
  }

  /** Distinct users of connected sessions. */
  get users(): number {
    return this.#byUser.size
  }

  /** Every session with an open transport, connected or not yet. */
  get open(): ReadonlySet<Session> {
    return this.#open
  }

  /** Begins the session of a new connection. */
  begin(transport: Transport): Session {
    const session = new Session(this.#node, transport, this)
    this.#open.add(session)
    return session
  }

  execute(session: Session, command: Command): Promise<void> {
    return execute(session, command)
  }

  connectedAs(session: Session, user: string): void {
    const sessions = this.#byUser.get(user)
    if (sessions === undefined) this.#byUser.set(user, new Set([session]))
    else sessions.add(session)
    this.#connected++
  }

  closed(session: Session, user: string | undefined): void {
    this.#open.delete(session)
    if (user === undefined) return
    const sessions = this.#byUser.get(user)
    if (sessions === undefined || !sessions.delete(session)) return
    this.#connected--
    if (sessions.size === 0) this.#byUser.delete(user)
  }

  /** The connected sessions of a user. */
  ofUser(user: string): ReadonlySet<Session> {
    return this.#byUser.get(user) ?? NOBODY
  }
}
