import { readEnvelope } from "@instant-ws/protocol/envelope"
import { Connection, type ConnectionEvents, type Denied } from "./connection.js"
import { websocketEndpoint } from "./endpoint.js"
import { Handlers } from "./handlers.js"
import type { Instant, InstantOptions } from "./instant.js"
import { InstantError, isRefusal, textOf } from "./instant-error.js"
import { Listeners, type Off } from "./listeners.js"
import { Message } from "./message.js"
import type { Recovered } from "./recoveries.js"
import { Session } from "./session.js"
import type { State } from "./state.js"
import { findWebSocket } from "./web-socket.js"

/** Joins the session, its connection and the handlers. Arrow functions, as members are taken apart. */
export class InstantClient implements Instant {
  readonly channels: Instant["channels"]
  readonly #options: InstantOptions
  readonly #session: Session
  readonly #errors = new Listeners<[InstantError]>((cause) =>
    this.#say(`a listener of onError failed: ${textOf(cause)}`),
  )
  readonly #states = this.#listeners<[State, string]>()
  readonly #logouts = this.#listeners<[string]>()
  readonly #recoveries = this.#listeners<[Recovered]>()
  readonly #denials = this.#listeners<[Denied]>()
  readonly #handlers = new Handlers(
    (name) => this.#session.hasChannel(name),
    (cause, { channelName }) => this.#handlerFailed(cause, channelName),
  )
  #connection: Connection | undefined
  #offMessage: Off | undefined
  #state: State = "idle"
  #backendUrl = ""
  #websocketsUrl = ""
  #verbose = false

  constructor(options: InstantOptions) {
    this.#options = options
    // Called through the global, as browsers refuse fetch as the method of something else.
    const fetcher = options.fetch ?? ((...request) => globalThis.fetch(...request))
    this.#session = new Session(fetcher, (reason) => this.#lost(reason))
    this.channels = this.#session.channels
  }

  get onReady(): Promise<true> {
    return this.#session.onReady
  }

  get ready(): boolean {
    return this.#session.tokens !== undefined
  }

  get state(): State {
    return this.#state
  }

  readonly getClient: Instant["getClient"] = () => this.#connection?.client
  readonly on: Instant["on"] = (filter, handler) => this.#handlers.on(filter, handler)
  readonly onError: Instant["onError"] = (listener) => this.#errors.add(listener)
  readonly onLoggedOut: Instant["onLoggedOut"] = (listener) => this.#logouts.add(listener)
  readonly onState: Instant["onState"] = (listener) => this.#states.add(listener)
  readonly onRecovered: Instant["onRecovered"] = (listener) => this.#recoveries.add(listener)
  readonly onDenied: Instant["onDenied"] = (listener) => this.#denials.add(listener)

  readonly onMessage: Instant["onMessage"] = (handler) => {
    this.#offMessage?.()
    this.#offMessage = this.#handlers.onAll(handler)
  }

  readonly init = async (backendUrl: string, websocketsUrl = "", verbose = false) => {
    this.#backendUrl = backendUrl
    this.#websocketsUrl = websocketsUrl
    this.#verbose = verbose
    this.#disconnect("idle", "init called")
    this.#session.begin(backendUrl)
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
    const isOther = await this.#session.refresh()
    if (isOther) this.#disconnect("idle", "another user has logged in")
    await this.#prepare()
  }

  readonly getToken = this.get_token

  readonly connect = async (autosub = true) => {
    if (!this.ready) await this.get_token()
    const connection = await this.#prepare()
    if (connection === undefined) throw new InstantError("usage", "Logged out while connecting")
    const subscribed = autosub ? this.#subscribe(connection) : undefined
    await connection.open(this.#options.connectTimeout)
    await subscribed
  }

  readonly subscribe = async () => {
    if (this.#connection !== undefined) await this.#subscribe(this.#connection)
  }

  readonly unsubscribe = (name: string) => {
    this.#connection?.unsubscribe(this.#session.hasChannel(name) ? name : `$${name}`)
  }

  async #subscribe(connection: Connection): Promise<void> {
    await Promise.all([...this.channels].map((channel) => connection.subscribe(channel)))
  }

  /** The connection of who is logged in, made on first need; undefined when nobody is. */
  async #prepare(): Promise<Connection | undefined> {
    const websocket = await findWebSocket(this.#options.websocket)
    const { tokens } = this.#session
    if (tokens === undefined) return undefined
    const base = this.#websocketsUrl || tokens.websocketUrl || this.#backendUrl
    this.#connection ??= new Connection({
      endpoint: websocketEndpoint(base || globalThis.location.origin),
      websocket,
      token: tokens.connectionToken,
      tokens: this.#session,
      events: this.#events(),
      reconnectDelay: this.#options.reconnectDelay ?? {},
    })
    return this.#connection
  }

  #events(): ConnectionEvents {
    return {
      state: (state, reason) => {
        this.#become(state, reason)
        // The server may have ended it because the user has logged out elsewhere.
        if (state === "failed") void this.#session.check()
      },
      publication: (channel, data) => this.#publication(channel, data),
      recovered: (recovered) => {
        const { channel, missed, complete } = recovered
        this.#say(
          `recovered ${channel}: ${missed} missed, ${complete ? "all" : "not all"} delivered`,
        )
        this.#recoveries.emit(recovered)
      },
      denied: (denied) => {
        this.#say(`denied ${denied.channel}: ${denied.reason} (${denied.code})`)
        this.#denials.emit(denied)
      },
      error: (error) => this.#fail(error),
    }
  }

  #publication(channel: string, data: unknown): void {
    const message = this.#read(channel, data)
    if (message === undefined) return
    this.#say(`message on ${channel}`)
    this.#handlers.dispatch(message)
  }

  #read(channel: string, data: unknown): Message | undefined {
    try {
      return new Message(readEnvelope(data), channel)
    } catch (cause) {
      const text = `A publication on ${channel} is no event: ${textOf(cause)}`
      this.#fail(new InstantError("publication", text, { cause, channel }))
      return undefined
    }
  }

  #lost(reason: string): void {
    this.#disconnect("loggedOut", reason)
    this.#logouts.emit(reason)
  }

  #disconnect(state: State, reason: string): void {
    this.#connection?.close()
    this.#connection = undefined
    this.#become(state, reason)
  }

  #become(state: State, reason: string): void {
    if (state === this.#state) return
    this.#state = state
    this.#say(`${state}: ${reason}`)
    this.#states.emit(state, reason)
  }

  #listeners<Args extends readonly unknown[]>(): Listeners<Args> {
    return new Listeners<Args>((cause) => this.#handlerFailed(cause))
  }

  #handlerFailed(cause: unknown, channel?: string): void {
    const where = channel === undefined ? "A listener" : `A handler of ${channel}`
    const details = { cause, ...(channel !== undefined && { channel }) }
    this.#fail(new InstantError("handler", `${where} failed: ${textOf(cause)}`, details))
  }

  #fail(error: InstantError): void {
    this.#say(`error: ${error.message}`)
    this.#errors.emit(error)
  }

  #say(line: string): void {
    // biome-ignore lint/suspicious/noConsole: the application asked for it with `verbose`.
    if (this.#verbose) console.info(`instant: ${line}`)
  }
}
