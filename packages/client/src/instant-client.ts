import { type Envelope, readEnvelope } from "@instant-ws/protocol/envelope"
import type { Centrifuge } from "centrifuge"
import { platform } from "#platform"
import { Connection, PERSONAL_CHANNEL } from "./connection.js"
import { createEmitter, type Off } from "./emitter.js"
import { websocketEndpoint } from "./endpoint.js"
import type { MessageHandler } from "./handlers.js"
import type { History, HistoryOptions, Instant, InstantOptions, PublishOptions } from "./instant.js"
import { InstantError, textOf, unlessRefused } from "./instant-error.js"
import { Message } from "./message.js"
import { type ChannelDeclaration, checkEvent } from "./schema.js"
import { Session } from "./session.js"
import type { Status } from "./status.js"
import type { Member } from "./told.js"

/** How many messages of a history are fetched unless said. */
const HISTORY_LIMIT = 100

/** The options, with what the events of each channel are declared to carry. */
export interface DeclaredOptions extends InstantOptions {
  readonly channels?: readonly ChannelDeclaration[]
}

/** Joins the session, its connection and the handlers. Arrow functions, as members are taken apart. */
export class InstantClient implements Instant {
  readonly #options: DeclaredOptions
  readonly #session = new Session((reason) => {
    this.#disconnect("loggedOut", reason)
    this.#emit("loggedOut", [reason])
  })
  readonly #emitter = createEmitter(
    (name) => this.#resolve(name),
    () => this.#where[2],
  )
  readonly #emit = this.#emitter.emit
  /** The channels that parts of the application ask for, once for each, under the name that they use. */
  readonly #claims: string[] = []
  /** The channels that were subscribed because all were. */
  readonly #auto = new Set<string>()
  #connection: Connection | undefined
  #offMessage: Off | undefined
  /** As `init` was told. */
  #where: Parameters<Instant["init"]> = [""]

  constructor(options: DeclaredOptions) {
    this.#options = options
  }

  readonly channels: Instant["channels"] = this.#session.channels
  readonly onReady = this.#session.onReady
  /** How the connection is. */
  status: Status = "idle"
  /** Why, in words. */
  statusReason = ""

  get ready(): boolean {
    return this.#session.tokens !== undefined
  }

  get csrfToken(): string {
    return this.#session.tokens?.csrf_token ?? ""
  }

  readonly getClient: Instant["getClient"] = () => this.#connection?.client
  readonly onError: Instant["onError"] = this.#emitter.listen("error")
  readonly onLoggedOut: Instant["onLoggedOut"] = this.#emitter.listen("loggedOut")
  readonly onStatus: Instant["onStatus"] = this.#emitter.listen("status")
  readonly onRecovered: Instant["onRecovered"] = this.#emitter.listen("recovered")
  readonly onDenied: Instant["onDenied"] = this.#emitter.listen("denied")

  readonly onMessage: Instant["onMessage"] = (handler) => {
    this.#offMessage?.()
    this.#offMessage = this.#emitter.listen("message")(handler)
  }

  readonly on: Instant["on"] = (filter, handler) => {
    const { channel, eventClass }: { readonly channel?: string; readonly eventClass?: string } =
      typeof filter === "string" ? { channel: filter } : filter
    if ((channel ?? eventClass) === undefined || typeof handler !== "function") {
      throw new TypeError("on() needs a channel name, { eventClass }, or both, and a function")
    }
    // Data and Msg are the application's word for what the publisher sends.
    const call = handler as MessageHandler
    return this.#emitter.listen("message")(
      (message, envelope) =>
        (eventClass ?? message.eventClass) === message.eventClass && call(message, envelope),
      channel,
    )
  }

  readonly history = async (
    name: string,
    { limit = HISTORY_LIMIT, since }: HistoryOptions = {},
  ): Promise<History<Message>> => {
    const { publications, ...top } = await this.#ask(name, (client, channel) =>
      client.history(channel, since ? { limit, since } : { limit, reverse: true }),
    )
    if (!since) publications.reverse()
    const channel = this.#resolve(name)
    return {
      messages: publications.flatMap(({ data }) => this.#read(channel, data)?.[0] ?? []),
      position: { ...top, offset: publications.at(-1)?.offset ?? top.offset },
    }
  }

  readonly presence = async (name: string): Promise<readonly Member[]> => {
    const { clients } = await this.#ask(name, (client, channel) => client.presence(channel))
    return Object.values(clients)
  }

  readonly publish = async (name: string, message?: unknown, options: PublishOptions = {}) => {
    const { eventClass: event_class, data, bucket } = options
    // Browsers give it to pages that came over TLS or from this machine.
    const id = crypto.randomUUID?.()
    await this.#ask(name, (client, channel) =>
      client.publish(channel, { channel, site: "", message, data, event_class, bucket, id }),
    )
  }

  readonly onPresence: Instant["onPresence"] = (name, listener) => {
    const channel = this.#resolve(name)
    const off = this.#emitter.listen("presence")(listener, name)
    const members = this.#connection?.members(channel)
    if (members) this.#emitter.telling("presence", [members, {}], channel)(listener)
    // It fails when the channels can't be fetched, and is done again with the next connect().
    this.subscribe(name).catch(this.#tellError)
    return () => {
      if (off()) this.unsubscribe(name)
    }
  }

  /** Says where everything is, and asks nothing. */
  begin(...where: Parameters<Instant["init"]>): void {
    this.#where = where
    this.#disconnect("idle", "init called")
    // Called through the global, as browsers refuse fetch as the method of something else.
    const { fetch: fetcher = (...request) => fetch(...request) } = this.#options
    this.#session.begin(where[0], fetcher)
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
    if ((this.getClient()?.state ?? "disconnected") === "disconnected") return
    const names = name === undefined ? this.#all() : [name]
    await Promise.all(names.map((one) => this.#subscribe(one)))
  }

  readonly unsubscribe = (name: string) => {
    const channel = this.#resolve(name)
    const claim = this.#claims.findIndex((other) => this.#resolve(other) === channel)
    if (claim < 0) this.#auto.delete(channel)
    else this.#claims.splice(claim, 1)
    if (!this.#isWanted(channel)) this.#connection?.unsubscribe(channel)
  }

  readonly report = (cause: unknown) => {
    this.#tellError(
      cause instanceof InstantError ? cause : new InstantError("handler", textOf(cause), { cause }),
    )
  }

  readonly destroy = () => {
    this.#session.take()
    this.#disconnect("idle", "destroy called")
    this.#claims.length = 0
    this.#emitter.clear()
  }

  readonly #tellError = (error: InstantError) => this.#emit("error", [error])

  /** @throws InstantError of kind `request`, or of kind `usage` when there is no connection. */
  async #ask<T>(name: string, ask: (client: Centrifuge, channel: string) => Promise<T>) {
    if (!this.#connection) throw new InstantError("usage", "Call connect() first")
    const { client, personalChannel } = this.#connection
    try {
      return await ask(client, name === PERSONAL_CHANNEL ? personalChannel : this.#resolve(name))
    } catch (cause) {
      // The Centrifuge client rejects with objects that are no errors.
      const { code, message } = Object(cause)
      const text = `The request for ${name} failed: ${message} (${code})`
      throw new InstantError("request", text, { code, channel: name, cause })
    }
  }

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
    if (connection !== this.#connection || !this.#isWanted(this.#resolve(name))) return
    const channel = this.#session.find(name)
    if (channel) await connection?.subscribe(channel, this.#emitter.has("presence", channel.name))
    else this.#emit("denied", [{ channel: name, code: 103, reason: "permission denied" }])
  }

  /** Whether a part of the application, or `connect`, asks for a channel. */
  #isWanted(channel: string): boolean {
    return this.#auto.has(channel) || this.#claims.some((name) => this.#resolve(name) === channel)
  }

  /** The channel that a name stands for: `$x` for `x`, if there is no `x`. */
  #resolve(name: string): string {
    return this.#session.find(name)?.name ?? name
  }

  /** Makes the connection of who is logged in, on first need; none when nobody is. */
  async #prepare(): Promise<void> {
    const websocket = this.#options.websocket ?? (await platform.findWebSocket())
    const session = this.#session
    if (!session.tokens) return
    const [backendUrl, websocketsUrl] = this.#where
    const base = websocketsUrl || session.tokens.ws_url || backendUrl || location.origin
    this.#connection ??= new Connection({
      ...this.#options,
      endpoint: websocketEndpoint(base),
      websocket,
      session,
      emit: this.#emit,
      presence: this.presence,
      become: (status, reason) => this.#become(status, reason),
      receive: (channel, data) => {
        const read = this.#read(channel, data)
        if (read) this.#emit("message", read, channel)
      },
    })
  }

  /** The event that a publication is; none when it isn't one, or not as declared, which is told. */
  #read(channel: string, data: unknown): [Message, Envelope] | undefined {
    const isThis = ({ name }: ChannelDeclaration) => this.#resolve(name) === channel
    const declared = this.#options.channels?.find(isThis)
    try {
      const envelope = readEnvelope(data)
      const checked = declared ? checkEvent(declared, envelope) : envelope
      return [new Message(checked, channel), envelope]
    } catch (cause) {
      const text = `A publication on ${channel} is no event: ${textOf(cause)}`
      this.#tellError(new InstantError("publication", text, { cause, channel }))
      return undefined
    }
  }

  #disconnect(status: Status, reason: string): void {
    this.#connection?.close()
    this.#connection = undefined
    this.#auto.clear()
    this.#become(status, reason)
  }

  #become(status: Status, reason: string): void {
    this.statusReason = reason
    if (status === this.status) return
    this.status = status
    this.#emit("status", [status, reason])
  }
}
