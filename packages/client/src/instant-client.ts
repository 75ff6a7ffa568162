import { type Envelope, readEnvelope } from "@instant-ws/protocol/envelope"
import { platform } from "#platform"
import { ChannelRequests } from "./channel-requests.js"
import { Connection, type ConnectionEvents, type Denied, PERSONAL_CHANNEL } from "./connection.js"
import { websocketEndpoint } from "./endpoint.js"
import type { Recovered } from "./feed.js"
import { type MessageHandler, partsOf } from "./handlers.js"
import type { Instant, InstantOptions } from "./instant.js"
import { InstantError, isRefusal, textOf } from "./instant-error.js"
import { Listeners, type ListenersHost, type Off } from "./listeners.js"
import { Message } from "./message.js"
import { type ChannelDeclaration, checkEvent } from "./schema.js"
import { Session } from "./session.js"
import type { Status } from "./status.js"

/** The options, with what the events of each channel are declared to carry. */
export interface DeclaredOptions extends InstantOptions {
  readonly channels?: readonly ChannelDeclaration[]
}

/** Joins the session, its connection and the handlers. Arrow functions, as members are taken apart. */
export class InstantClient implements Instant {
  readonly channels: Instant["channels"]
  readonly #options: DeclaredOptions
  readonly #session: Session
  readonly #host: ListenersHost = {
    trace: (event, args) => {
      // biome-ignore lint/suspicious/noConsole: the application asked for it with `verbose`.
      if (this.#isVerbose) console.info("instant:", event, ...args)
    },
    failed: (event, cause, [what]) => {
      const channel = what instanceof Message ? what.channelName : undefined
      const text = `A handler of ${channel ?? event} failed: ${textOf(cause)}`
      if (event === "error") this.#host.trace(text, [])
      else this.#errors.emit(new InstantError("handler", text, { cause, channel }))
    },
  }
  readonly #messages = new Listeners<[Message, Envelope]>("message", this.#host)
  readonly #errors = new Listeners<[InstantError]>("error", this.#host)
  readonly #statuses = new Listeners<[Status, string]>("status", this.#host)
  readonly #logouts = new Listeners<[string]>("loggedOut", this.#host)
  readonly #recoveries = new Listeners<[Recovered]>("recovered", this.#host)
  readonly #denials = new Listeners<[Denied]>("denied", this.#host)
  /** How many parts of the application ask for a channel, under the name that they use. */
  readonly #claims = new Map<string, number>()
  /** The channels that were subscribed because all were. */
  readonly #auto = new Set<string>()
  readonly #requests: ChannelRequests = new ChannelRequests({
    host: this.#host,
    connection: () => this.#connection,
    resolve: (name) => this.#resolve(name),
    read: (channel, data) => this.#read(channel, data)?.[0],
    subscribe: (name) => this.subscribe(name),
    unsubscribe: (name) => this.unsubscribe(name),
    error: this.#errors.emit,
  })
  readonly #events: ConnectionEvents = {
    status: (status, reason) => {
      this.#become(status, reason)
      // The server may have ended it because the user has logged out elsewhere.
      if (status === "failed") this.#session.connectionToken().catch(() => {})
    },
    publication: (channel, data) => {
      const read = this.#read(channel, data)
      if (read) this.#messages.emitTo(this.#namesOf(channel), read)
    },
    subscribed: (channel) => this.#requests.subscribed(channel),
    presence: (channel, change) => this.#requests.changed(channel, change),
    recovered: this.#recoveries.emit,
    denied: this.#denials.emit,
    error: this.#errors.emit,
  }
  #connection: Connection | undefined
  #offMessage: Off | undefined
  #status: Status = "idle"
  #statusReason = ""
  #backendUrl = ""
  #websocketsUrl = ""
  #isVerbose = false

  constructor(options: DeclaredOptions) {
    this.#options = options
    // Called through the global, as browsers refuse fetch as the method of something else.
    const fetcher = options.fetch ?? ((...request) => globalThis.fetch(...request))
    this.#session = new Session(fetcher, (reason) => this.#leave(reason))
    this.channels = this.#session.channels
  }

  get onReady(): Promise<true> {
    return this.#session.onReady
  }

  get ready(): boolean {
    return this.#session.tokens !== undefined
  }

  get csrfToken(): string {
    return this.#session.tokens?.csrfToken ?? ""
  }

  get status(): Status {
    return this.#status
  }

  get statusReason(): string {
    return this.#statusReason
  }

  readonly getClient: Instant["getClient"] = () => this.#connection?.client
  readonly onError: Instant["onError"] = this.#errors.add
  readonly onLoggedOut: Instant["onLoggedOut"] = this.#logouts.add
  readonly onStatus: Instant["onStatus"] = this.#statuses.add
  readonly onRecovered: Instant["onRecovered"] = this.#recoveries.add
  readonly onDenied: Instant["onDenied"] = this.#denials.add

  readonly onMessage: Instant["onMessage"] = (handler) => {
    this.#offMessage?.()
    this.#offMessage = this.#messages.add(handler)
  }

  readonly on: Instant["on"] = (filter, handler) => {
    const { channel, eventClass } = partsOf(filter)
    const fits = (message: Message) => (eventClass ?? message.eventClass) === message.eventClass
    // Data and Msg are the application's word for what the publisher sends.
    return this.#messages.add(handler as MessageHandler, channel, fits)
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
    try {
      await this.get_token()
    } catch (error) {
      if (!isRefusal(error)) throw error
    }
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
      this.#logouts.emit("logout called")
    }
  }

  readonly get_token = async () => {
    if (await this.#session.refresh()) this.#disconnect("idle", "another user has logged in")
    await this.#prepare()
  }

  readonly getToken = this.get_token

  readonly connect = async (autosub = true) => {
    if (!this.ready) await this.get_token()
    const connection = await this.#prepare()
    const { tokens } = this.#session
    if (!connection || !tokens) throw new InstantError("usage", "Logged out while connecting")
    const claimed = [...this.#claims.keys()].map((name) =>
      this.#subscribe(connection, name).catch(this.#errors.emit),
    )
    await Promise.all([
      autosub && this.#subscribeAll(connection),
      ...claimed,
      connection.open(tokens.connectionToken, this.#options.connectTimeout),
    ])
  }

  readonly subscribe = async (name?: string) => {
    const connection = this.#connection
    if (name !== undefined) this.#claims.set(name, (this.#claims.get(name) ?? 0) + 1)
    // connect() subscribes to what is claimed by then.
    if (connection === undefined || this.#status === "idle" || this.#status === "failed") return
    await (name === undefined ? this.#subscribeAll(connection) : this.#subscribe(connection, name))
  }

  readonly unsubscribe = (name: string) => {
    const channel = this.#resolve(name)
    const claims = this.#claims.get(name) ?? 0
    if (claims > 1) this.#claims.set(name, claims - 1)
    else if (!this.#claims.delete(name)) this.#auto.delete(channel)
    const isClaimed = [...this.#claims.keys()].some((other) => this.#resolve(other) === channel)
    if (!isClaimed && !this.#auto.has(channel)) this.#connection?.unsubscribe(channel)
  }

  readonly history: Instant["history"] = (...args) => this.#requests.history(...args)
  readonly presence: Instant["presence"] = (...args) => this.#requests.presence(...args)
  readonly publish: Instant["publish"] = (...args) => this.#requests.publish(...args)
  readonly onPresence: Instant["onPresence"] = (...args) => this.#requests.onPresence(...args)

  readonly destroy = () => {
    this.#session.forget()
    this.#disconnect("idle", "destroy called")
    this.#claims.clear()
    this.#requests.clear()
    for (const listeners of [this.#messages, this.#errors, this.#statuses]) listeners.clear()
    for (const listeners of [this.#logouts, this.#recoveries, this.#denials]) listeners.clear()
  }

  async #subscribeAll(connection: Connection): Promise<void> {
    const names = [...this.channels].map(({ name }) => name)
    for (const name of names) this.#auto.add(name)
    await Promise.all(names.map((name) => this.#subscribe(connection, name)))
  }

  async #subscribe(connection: Connection, name: string): Promise<void> {
    if (name === PERSONAL_CHANNEL) return
    // It may have been granted since the channels were fetched.
    if (!this.#session.find(name)) await this.#session.renewChannels()
    if (connection !== this.#connection) return
    const channel = this.#session.find(name)
    if (channel) await connection.subscribe(channel, this.#requests.isWatched(channel.name))
    else this.#denials.emit({ channel: name, code: 103, reason: "permission denied" })
  }

  /** The channel that a name stands for: `$x` for `x`, if there is no `x`. */
  #resolve(name: string): string {
    return this.#session.find(name)?.name ?? name
  }

  /** What handlers may call a channel: nothing at all, its name, or its name without `$`. */
  #namesOf(channel: string): readonly string[] {
    const bare = channel.replace(/^\$/, "")
    return bare !== channel && this.#resolve(bare) === channel ? ["", channel, bare] : ["", channel]
  }

  /** The connection of who is logged in, made on first need; undefined when nobody is. */
  async #prepare(): Promise<Connection | undefined> {
    const websocket = this.#options.websocket ?? (await platform.findWebSocket())
    if (websocket === undefined) {
      throw new InstantError("usage", "No WebSocket: `npm install ws`, or pass { websocket }")
    }
    const { tokens } = this.#session
    if (tokens === undefined) return undefined
    const base = this.#websocketsUrl || tokens.websocketUrl || this.#backendUrl
    this.#connection ??= new Connection({
      endpoint: websocketEndpoint(base || globalThis.location.origin),
      websocket,
      tokens: this.#session,
      events: this.#events,
      delay: this.#options.reconnectDelay,
    })
    return this.#connection
  }

  #read(channel: string, data: unknown): [Message, Envelope] | undefined {
    try {
      const envelope = readEnvelope(data)
      return [new Message(this.#checked(channel, envelope), channel), envelope]
    } catch (cause) {
      const text = `A publication on ${channel} is no event: ${textOf(cause)}`
      this.#errors.emit(new InstantError("publication", text, { cause, channel }))
      return undefined
    }
  }

  /** The event with its data as declared. @throws Error when it isn't. */
  #checked(channel: string, envelope: Envelope): Envelope {
    const isThis = ({ name }: ChannelDeclaration) => this.#resolve(name) === channel
    const declared = this.#options.channels?.find(isThis)
    return declared ? checkEvent(declared, envelope) : envelope
  }

  #leave(reason: string): void {
    this.#disconnect("loggedOut", reason)
    this.#logouts.emit(reason)
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
    this.#statuses.emit(status, reason)
  }
}
