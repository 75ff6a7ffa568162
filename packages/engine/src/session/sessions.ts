import { type Command, type Disconnect, disconnects } from "@instant-ws/protocol"
import type { TransportName } from "../delivery/transport-name.js"
import type { Node } from "../node.js"
import { execute } from "./commands/commands.js"
import type { Due } from "./deadlines.js"
import { clientEvent } from "./events.js"
import { Goodbyes } from "./goodbyes.js"
import { type Identity, Session, type SessionOwner } from "./session.js"
import type { Transport } from "./transport.js"
import { keepUp } from "./upkeep.js"

const NOBODY: ReadonlySet<Session> = new Set()
/** The part of the time to leave in which all are told to. */
const GOODBYES_SHARE = 1 / 3
/** From this code on a client is told to stay away. */
const FIRST_FINAL_CODE = 3500

/** The sessions of this node: all that are open, and the connected ones by user. */
export class Sessions implements SessionOwner {
  readonly #node: Node
  readonly #open = new Set<Session>()
  /** Those that have ended and whose transport is still there. */
  readonly #leaving = new Set<Session>()
  readonly #byUser = new Map<string, Set<Session>>()
  readonly #emulated = new Map<string, Session>()
  #connected = 0
  #lastSerial = 0
  /** Called when the last transport is gone; set once the sessions are being closed. */
  #allGone: (() => void) | undefined

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

  /** Every session that hasn't ended, connected or not yet; the connected ones in the order of their serials. */
  get open(): ReadonlySet<Session> {
    return this.#open
  }

  /** Begins the session of a new connection. */
  begin(transport: Transport): Session {
    const session = new Session(this.#node, transport, this)
    this.#open.add(session)
    if (transport.direction === "emulated") this.#emulated.set(session.sessionId, session)
    if (this.#allGone !== undefined) session.disconnect(disconnects.shutdown)
    return session
  }

  /** A client has sent what can't be read, and has no session that could know of it. */
  unreadable(transport: TransportName | "emulation"): void {
    this.#node.metrics?.badFrames.inc({ transport })
  }

  execute(session: Session, command: Command): Promise<void> {
    const { metrics } = this.#node
    if (metrics === undefined) return execute(session, command)
    const end = metrics.commandDuration.startTimer({ method: command.method })
    return execute(session, command).finally(end)
  }

  upkeep(session: Session, due: Due): void {
    keepUp(session, due).catch((err: unknown) => {
      this.#node.log.error({ err, client: session.client }, "a session's upkeep failed")
    })
  }

  connectedAs(session: Session, user: string): number {
    // Those who have come before it may be let in behind it.
    this.#open.delete(session)
    this.#open.add(session)
    const sessions = this.#byUser.get(user)
    if (sessions === undefined) this.#byUser.set(user, new Set([session]))
    else sessions.add(session)
    this.#connected++
    this.#node.metrics?.letIn(session.transport.name)
    return ++this.#lastSerial
  }

  disconnecting({ client, state }: Session, { code, reason }: Disconnect): void {
    this.#node.disconnects.add(code)
    const user = state.phase === "connected" ? state.identity.user : undefined
    const level = user !== undefined && code >= FIRST_FINAL_CODE ? "info" : "debug"
    this.#node.log[level]({ client, user, code, reason }, "disconnected")
  }

  closed(session: Session, disconnect: Disconnect, identity: Identity | undefined): void {
    this.#open.delete(session)
    this.#leaving.add(session)
    this.#emulated.delete(session.sessionId)
    if (identity === undefined) return
    const { user, meta } = identity
    const sessions = this.#byUser.get(user)
    if (sessions === undefined || !sessions.delete(session)) return
    this.#connected--
    this.#node.metrics?.actions.inc({ action: "remove_client" })
    if (sessions.size === 0) {
      this.#byUser.delete(user)
      this.#node.limits?.forget(user)
    }
    this.#node.backend.disconnected({ ...clientEvent(session), user, meta, ...disconnect })
  }

  gone(session: Session): void {
    this.#leaving.delete(session)
    if (this.#isEmpty) this.#allGone?.()
  }

  /** The session of an emulated transport, by what only its client was told. */
  emulated(sessionId: string): Session | undefined {
    return this.#emulated.get(sessionId)
  }

  /** The connected sessions of a user, in the order of their serials. */
  ofUser(user: string): ReadonlySet<Session> {
    return this.#byUser.get(user) ?? NOBODY
  }

  /**
   * Tells every client to come back elsewhere, a crowd one after the other, and new ones at once.
   * Resolves when all transports are gone, at the latest after `timeout` milliseconds, when those that
   * are left are cut.
   */
  async close(timeout: number): Promise<void> {
    const allGone = new Promise<void>((resolve) => {
      this.#allGone = resolve
    })
    const goodbyes = new Goodbyes(this.#open, timeout * GOODBYES_SHARE)
    if (this.#isEmpty) return
    const timer = setTimeout(() => this.#cut(goodbyes), timeout)
    await allGone
    clearTimeout(timer)
  }

  get #isEmpty(): boolean {
    return this.#open.size === 0 && this.#leaving.size === 0
  }

  #cut(goodbyes: Goodbyes): void {
    goodbyes.hurry()
    this.#node.log.warn({ connections: this.#leaving.size }, "cutting who hasn't left in time")
    for (const session of [...this.#leaving]) session.terminate()
    this.#allGone?.()
  }
}
