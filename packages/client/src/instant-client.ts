import { type Envelope, readEnvelope } from "@instant-ws/protocol/envelope"
import { platform } from "#platform"
import { type Connection, createConnection, PERSONAL_CHANNEL } from "./connection.js"
import { createEmitter, type Off } from "./emitter.js"
import { websocketEndpoint } from "./endpoint.js"
import { type MessageHandler, partsOf } from "./handlers.js"
import type { Instant, InstantOptions } from "./instant.js"
import { InstantError, textOf, unlessRefused } from "./instant-error.js"
import { Message } from "./message.js"
import { createRequests } from "./requests.js"
import { type ChannelDeclaration, checkEvent } from "./schema.js"
import { Session } from "./session.js"
import type { Status } from "./status.js"

/** The options, with what the events of each channel are declared to carry. */
export interface DeclaredOptions extends InstantOptions {
  readonly channels?: readonly ChannelDeclaration[]
}

/** Joins the session, its connection and the handlers. Arrow functions, as members are taken apart. */
export class InstantClient implements Instant {
  readonly #options: DeclaredOptions
  readonly #session: Session
  readonly #emitter = createEmitter(
    (name) => this.#resolve(name),
    () => this.#isVerbose,
  )
  readonly #emit = this.#emitter.emit
  readonly #requests = createRequests({
    connection: () => this.#connection,
    resolve: (name) => this.#resolve(name),
    read: (channel, data) => this.#read(channel, data),
  })
  /** The channels that parts of the application ask for, once for each, under the name that they use. */
  readonly #claims: string[] = []
  /** The channels that were subscribed because all were. */
  readonly #auto = new Set<string>()
  #connection: Connection | undefined
  #offMessage: Off | undefined
  #status: Status = "idle"
  #statusReason = ""
  #backendUrl = ""
  #websocketsUrl = ""
  #isVerbose = false

  constructor(options: DeclaredOptions) {
    this.#options = options
    this.#session = new Session(options.fetch, (reason) => {
      this.#disconnect("loggedOut", reason)
      this.#emit("loggedOut", [reason])
    })
    this.channels = this.#session.channels
    this.onReady = this.#session.onReady
  }

  readonly channels: Instant["channels"]
  readonly onReady: Promise<true>

  get ready(): boolean {
    return this.#session.tokens !== undefined
  }

  get csrfToken(): string {
    return this.#session.tokens?.csrf_token ?? ""
  }

  get status(): Status {
    return this.#status
  }

  get statusReason(): string {
    return this.#statusReason
  }

  readonly getClient: Instant["getClient"] = () => this.#connection?.client
  readonly onError: Instant["onError"] = this.#emitter.listen("error")
  readonly onLoggedOut: Instant["onLoggedOut"] = this.#emitter.listen("loggedOut")
  readonly onStatus: Instant["onStatus"] = this.#emitter.listen("status")
  readonly onRecovered: Instant["onRecovered"] = this.#emitter.listen("recovered")
  readonly onDenied: Instant["onDenied"] = this.#emitter.listen("denied")
  readonly history: Instant["history"] = this.#requests.history
  readonly presence: Instant["presence"] = this.#requests.presence
  readonly publish: Instant["publish"] = this.#requests.publish

  readonly onMessage: Instant["onMessage"] = (handler) => {
    this.#offMessage?.()
    this.#offMessage = this.#emitter.listen("message")(handler)
  }

  readonly on: Instant["on"] = (filter, handler) => {
    const { channel, eventClass } = partsOf(filter)
    const fits = (message: Message) => (eventClass ?? message.eventClass) === message.eventClass
    // Data and Msg are the application's word for what the publisher sends.
    return this.#emitter.listen("message")(handler as MessageHandler, channel, fits)
  }

  readonly onPresence: Instant["onPresence"] = (name, listener) => {
    const channel = this.#resolve(name)
    const off = this.#emitter.listen("presence")(listener, name)
    const members = this.#connection?.members(channel)
    if (members) this.#emitter.telling("presence", [members, {}], channel)(listener)
    // It fails when the channels can't be fetched, and is done again with the next connect().
    this.subscribe(name).catch(this.#tellError)
    let isOn = true
    return () => {
      if (isOn) this.unsubscribe(name)
      isOn = false
      off()
    }
  }

  /** Says where everything is, and asks nothing. */
  begin(backendUrl: string, websocketsUrl = "", verbose = false): void {
    this.#backendUrl = backendUrl
    this.#websocketsUrl = websocketsUrl
    this.#isVerbose = verbose
    this.#disconnect("idle", "init called")
    this.#session.begin(backendUrl)
  }

  readonly init: Instant["init"] = async (...where) => {
    this.begin(...where)
    await unlessRefused(this.get_token())
  }

  readonly login = async (username: string, password: string) => {
    await this.#session.login(username, password)
    this.#disconnect("idle", "login called")
    await this.#prepare()
  }

  readonly logout = async () => {
    this.#disconnect("loggedOut", "logout called")
    try {
      await this.#session.logout()
    } finally {
      this.#emit("loggedOut", ["logout called"])
    }
  }

  readonly get_token = async () => {
    if (await this.#session.refresh()) this.#disconnect("idle", "another user has logged in")
    await this.#prepare()
  }

  readonly getToken = this.get_token

  readonly connect = async (autosub = true) => {
    if (!this.ready) await this.get_token()
    await this.#prepare()
    const connection = this.#connection
    if (!connection) throw new InstantError("usage", "Logged out while connecting")
    const names = new Set([...(autosub ? this.#all() : []), ...this.#claims])
    await Promise.all([
      ...[...names].map((name) => this.#subscribe(name).catch(this.#tellError)),
      connection.open(this.#options.connectTimeout),
    ])
  }

  readonly subscribe = async (name?: string) => {
    if (name !== undefined) this.#claims.push(name)
    // connect() subscribes to what is claimed by then.
    if (!this.#connection || this.#status === "idle" || this.#status === "failed") return
    const names = name === undefined ? this.#all() : [name]
    await Promise.all(names.map((one) => this.#subscribe(one)))
  }

  readonly unsubscribe = (name: string) => {
    const channel = this.#resolve(name)
    const claim = this.#claims.indexOf(name)
    if (claim < 0) this.#auto.delete(channel)
    else this.#claims.splice(claim, 1)
    const isClaimed = this.#claims.some((other) => this.#resolve(other) === channel)
    if (!isClaimed && !this.#auto.has(channel)) this.#connection?.unsubscribe(channel)
  }

  readonly destroy = () => {
    this.#session.take()
    this.#disconnect("idle", "destroy called")
    this.#claims.length = 0
    this.#emitter.clear()
  }

  readonly #tellError = (error: InstantError) => this.#emit("error", [error])

  /** All channels of the user, which stay subscribed from then on. */
  #all(): readonly string[] {
    const names = [...this.channels].map(({ name }) => name)
    for (const name of names) this.#auto.add(name)
    return names
  }

  async #subscribe(name: string): Promise<void> {
    const connection = this.#connection
    if (name === PERSONAL_CHANNEL) return
    // It may have been granted since the channels were fetched.
    if (!this.#session.find(name)) await this.#session.subscriptionToken(name)
    if (connection !== this.#connection) return
    const channel = this.#session.find(name)
    if (channel) await connection?.subscribe(channel, this.#emitter.has("presence", channel.name))
    else this.#emit("denied", [{ channel: name, code: 103, reason: "permission denied" }])
  }

  /** The channel that a name stands for: `$x` for `x`, if there is no `x`. */
  #resolve(name: string): string {
    return this.#session.find(name)?.name ?? name
  }

  /** Makes the connection of who is logged in, on first need; none when nobody is. */
  async #prepare(): Promise<void> {
    const websocket = this.#options.websocket ?? (await platform.findWebSocket())
    if (!websocket) {
      throw new InstantError("usage", "No WebSocket: `npm install ws`, or pass { websocket }")
    }
    const session = this.#session
    if (!session.tokens) return
    const base = this.#websocketsUrl || session.tokens.ws_url || this.#backendUrl
    this.#connection ??= createConnection(
      {
        endpoint: websocketEndpoint(base || location.origin),
        websocket,
        delay: this.#options.reconnectDelay,
      },
      {
        session,
        emit: this.#emit,
        presence: this.presence,
        become: (status, reason) => this.#become(status, reason),
        receive: (channel, data) => {
          for (const read of this.#read(channel, data)) this.#emit("message", read, channel)
        },
      },
    )
  }

  /** The event that a publication is; none when it isn't one, or not as declared, which is told. */
  #read(channel: string, data: unknown): readonly [Message, Envelope][] {
    const isThis = ({ name }: ChannelDeclaration) => this.#resolve(name) === channel
    const declared = this.#options.channels?.find(isThis)
    try {
      const envelope = readEnvelope(data)
      const checked = declared ? checkEvent(declared, envelope) : envelope
      return [[new Message(checked, channel), envelope]]
    } catch (cause) {
      const text = `A publication on ${channel} is no event: ${textOf(cause)}`
      this.#tellError(new InstantError("publication", text, { cause, channel }))
      return []
    }
  }

  #disconnect(status: Status, reason: string): void {
    this.#connection?.close()
    this.#connection = undefined
    this.#auto.clear()
    this.#become(status, reason)
  }

  #become(status: Status, reason: string): void {
    this.#statusReason = reason
    if (status === this.#status) return
    this.#status = status
    this.#emit("status", [status, reason])
  }
}
