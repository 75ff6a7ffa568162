import type { Off } from "../emitter.js"
import { websocketEndpoint } from "../endpoint.js"
import type { InstantOptions } from "../instant.js"
import { Accounts } from "./accounts.js"
import {
  Answers,
  type FakeEndpoint,
  type FakeMethod,
  type FakeReply,
  type FakeResponse,
  type Silence,
} from "./answers.js"
import { Backend, type FakeRequest } from "./backend.js"
import { Browser } from "./browser.js"
import { ChannelList, type FakeChannel } from "./channel-list.js"
import { ended } from "./codes.js"
import { type EventOptions, envelopeOf } from "./event.js"
import type { FakeCommand } from "./fake-command.js"
import type { FakeUser } from "./fake-user.js"
import { webSocketOver } from "./fake-web-socket.js"
import { Hub } from "./hub.js"
import { Network } from "./network.js"
import { personalChannel } from "./personal-channel.js"
import { Records } from "./records.js"
import { ServerTime } from "./server-time.js"
import { Session } from "./session.js"
import type { ClientInfo } from "./stream.js"
import { TokenOffice } from "./token-office.js"

/** How a {@link FakeServer} is made; all of it may be left out. */
export interface FakeServerOptions {
  /** @default one public channel `public` */
  readonly channels?: readonly FakeChannel[]
  /** Who is more than a plain user with the password `secret`, by name. Everybody else exists too. */
  readonly users?: Readonly<Record<string, FakeUser>>
  /** Where the server pretends to be. @default "https://instant.test" */
  readonly url?: string
  /** What the backend says of where the websockets are. @default nothing, so that they are at `url` */
  readonly websocketsUrl?: string
  /** The name of the site in events. @default "Site" */
  readonly site?: string
  /** How long tokens are good, in seconds. @default 600 */
  readonly tokenLifetime?: number
  /** The same for the tokens of channels alone, in seconds. @default `tokenLifetime` */
  readonly channelTokenLifetime?: number
  /** Whether who isn't logged in gets tokens for the public channels. @default false */
  readonly anonymousAccess?: boolean
}

/** What {@link FakeServer.options} hands to `useInstant`. */
export type FakeOptions = Required<Pick<InstantOptions, "fetch" | "websocket" | "reconnectDelay">>

/** In milliseconds. Short, so that no test waits; grown after a while, for clocks that run fast. */
const RECONNECT_DELAY = { min: 1, max: 100 }

/**
 * A backend with its realtime server, in memory: no port, no socket, no cookie of the page's. It answers
 * as the real ones do, asynchronously and in order, and breaks when it is told to.
 *
 * @example
 * const server = new FakeServer({ channels: [{ name: "orders", level: "users" }] })
 * const instant = useInstant(server.options)
 * await instant.init(server.url)
 * await instant.login("ann", "secret")
 * await instant.connect()
 * server.publish("orders", "Order 17 paid", { eventClass: "paid", data: { id: 17 } })
 */
export class FakeServer {
  /** Where the server pretends to be: the address for `init`. */
  readonly url: string
  /** The requests that came, those included that were refused. */
  readonly requests = new Records<FakeRequest>()
  /** The commands of the realtime protocol that came. */
  readonly commands = new Records<FakeCommand>()
  readonly #site: string
  readonly #time = new ServerTime()
  readonly #answers = new Answers()
  readonly #tokens = new TokenOffice(this.#time)
  readonly #channels: ChannelList
  readonly #accounts: Accounts
  readonly #backend: Backend
  readonly #hub: Hub
  readonly #network: Network
  readonly #browser: Browser
  /** Who is there without a connection, by channel. */
  readonly #guests = new Map<string, ClientInfo[]>()

  constructor(options: FakeServerOptions = {}) {
    const { url = "https://instant.test", site = "Site" } = options
    this.url = url
    this.#site = site
    this.#accounts = new Accounts(options.users ?? {})
    this.#channels = new ChannelList(options.channels ?? [{ name: "public", level: "public" }])
    this.#backend = this.#newBackend(options)
    const { commands } = this
    this.#hub = new Hub({
      time: this.#time,
      channels: this.#channels,
      tokens: this.#tokens,
      answers: this.#answers,
      commands,
    })
    this.#network = new Network((wire) => new Session(this.#hub, wire))
    this.#browser = this.#newBrowser()
  }

  /** What a client needs to be one of this server. All that get it share their cookies, as tabs do. */
  get options(): FakeOptions {
    return this.#optionsOf(this.#browser)
  }

  /** The same for a browser with cookies of its own: for a second user. */
  anotherBrowser(): FakeOptions {
    return this.#optionsOf(this.#newBrowser())
  }

  /** How many connections there are, those included that are being opened. */
  get connections(): number {
    return this.#network.wires
  }

  /**
   * Publishes an event; `orders` is `$orders` when that is the channel there is.
   * @throws TypeError when there is neither a message nor data.
   */
  publish(channel: string, message?: unknown, options: EventOptions = {}): void {
    const name = this.#channels.resolve(channel)
    this.#hub.publish(name, this.#envelope(name, message, options))
  }

  /** Publishes an event to all connections of one user, who sees it on `@me`. @throws as `publish` */
  publishTo(user: string, message?: unknown, options: EventOptions = {}): void {
    this.#hub.publish(personalChannel(user), this.#envelope("@me", message, options))
  }

  /** Publishes anything, such as what is no event. */
  publishRaw(channel: string, data: unknown): void {
    this.#hub.publish(this.#channels.resolve(channel), data)
  }

  /** Breaks all connections, as a broken line does. New ones get through. */
  cut(): void {
    this.#network.cut()
  }

  /** Breaks all connections, and lets no connection and no request through until `accept`. */
  refuse(): void {
    this.#network.goDown()
  }

  /** Ends what `refuse` began. */
  accept(): void {
    this.#network.comeBack()
  }

  /**
   * Lets the connections of now go deaf: they stay open, and nothing goes through either way until
   * `resume`. New ones and requests get through, as after a change of the network.
   */
  stall(): void {
    this.#network.stall()
  }

  /** Delivers what `stall` has held back, to those who are still there. */
  resume(): void {
    this.#network.resume()
  }

  /** Ends all connections properly. Codes 3500–3999 and 4500–4999 tell clients to stay away. */
  close(code: number, reason: string): void {
    this.#hub.end({ code, reason })
  }

  /**
   * All tokens given so far count as expired: who comes with one is told to fetch another. Live
   * connections go on for as long as they were told when they began: see `tokenLifetime`.
   */
  expireTokens(): void {
    this.#tokens.expireAll()
  }

  /** Takes a channel away from everybody: subscriptions end, and neither old nor new tokens open it. */
  deny(channel: string): void {
    const name = this.#channels.resolve(channel)
    this.#channels.deny(name)
    this.#hub.close(name)
  }

  /** Gives a channel back that `deny` has taken. */
  allow(channel: string): void {
    this.#channels.allow(this.#channels.resolve(channel))
  }

  /** Logs a user out everywhere: tokens are revoked, connections end with 3503. */
  endSession(user: string): void {
    this.#accounts.endAllOf(user)
    this.#loggedOut(user)
  }

  /** Logs in a user, the same or another, in another tab of the browser that `options` stands for. */
  loginElsewhere(user: string): void {
    this.#browser.keep(this.#backend.signIn(user, this.#browser.cookies))
  }

  /** Forgets what channels have kept, so that nobody who was away gets what was missed. */
  forgetHistory(): void {
    this.#hub.forgetHistory()
  }

  /** Somebody comes into a channel, as seen by presence and by those who hear of joins. */
  joins(channel: string, user: string): void {
    const name = this.#channels.resolve(channel)
    const guest = { user, client: this.#hub.newClient() }
    this.#guests.set(name, [...(this.#guests.get(name) ?? []), guest])
    this.#hub.join(name, guest)
  }

  /** Somebody whom `joins` let in leaves. @throws Error when nobody of that name is there. */
  leaves(channel: string, user: string): void {
    const name = this.#channels.resolve(channel)
    const guests = this.#guests.get(name) ?? []
    const guest = guests.find((one) => one.user === user)
    if (guest === undefined) throw new Error(`${user} has not joined ${name}`)
    this.#guests.set(
      name,
      guests.filter((one) => one !== guest),
    )
    this.#hub.part(name, guest)
  }

  /**
   * Answers an endpoint otherwise than the server would: with another response, or not at all.
   * @returns what ends it
   */
  answer(endpoint: FakeEndpoint, response: FakeResponse | Silence): Off
  /**
   * Answers a command otherwise, for all channels (`subscribe`) or one (`subscribe:$orders`).
   * @returns what ends it
   */
  answer(command: FakeMethod | `${FakeMethod}:${string}`, reply: FakeReply | Silence): Off
  answer(what: string, answer: FakeResponse | FakeReply | Silence): Off {
    return this.#answers.put(what, answer)
  }

  #loggedOut(user: string): void {
    this.#tokens.revoke(user)
    this.#hub.end(ended.forceDisconnect, user)
  }

  #envelope(channel: string, message: unknown, options: EventOptions) {
    return envelopeOf({ site: this.#site, ...options, channel, message, time: this.#time.now() })
  }

  #optionsOf({ fetch }: Browser): FakeOptions {
    const websocket = webSocketOver(this.#network, websocketEndpoint(this.url))
    return { fetch, websocket, reconnectDelay: RECONNECT_DELAY }
  }

  #newBrowser(): Browser {
    return new Browser({
      url: this.url,
      network: this.#network,
      answer: (request) => this.#backend.answer(request),
    })
  }

  #newBackend({
    tokenLifetime = 600,
    channelTokenLifetime = tokenLifetime,
    anonymousAccess = false,
    websocketsUrl,
  }: FakeServerOptions): Backend {
    return new Backend({
      accounts: this.#accounts,
      channels: this.#channels,
      tokens: this.#tokens,
      answers: this.#answers,
      requests: this.requests,
      lifetimes: { connection: tokenLifetime, subscription: channelTokenLifetime },
      anonymousAccess,
      websocketsUrl,
      onLoggedOut: (user) => this.#loggedOut(user),
    })
  }
}
