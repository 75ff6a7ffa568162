import { AdminError, reasonOf } from "../api/admin-error.js"
import type { Position, StreamTokens } from "../api/answers.js"
import type { EnginePush, Published } from "./engine-message.js"
import { EngineSocket } from "./engine-socket.js"
import { StreamEnd } from "./stream-end.js"

/** The shortest and the longest pause before another connection, in milliseconds. */
const MIN_PAUSE = 500
const MAX_PAUSE = 20_000
/** The pause before tokens are refreshed again that could not be, in milliseconds. */
const REFRESH_PAUSE = 5000
/** The part of a token's time after which it is refreshed. */
const REFRESH_AT = 0.8
/** The longest that a timer of a browser waits, in milliseconds. */
const MAX_TIMER = 2 ** 31 - 1

/** Which channel is followed, and who is told. */
export interface EngineLineOptions {
  /** Where the engine's websocket is. */
  readonly url: string
  readonly channel: string
  /** Asks for new tokens. A refusal by AdminError is final, anything else passes. */
  readonly getTokens: () => Promise<StreamTokens>
  /** Hears what is published, once and in order. */
  readonly hear: (published: Published) => void
  /** Hears whether it comes now: it doesn't at first. */
  readonly tell: (state: "connected" | "reconnecting") => void
}

/** Follows one channel of the engine over as many connections as that takes. */
export class EngineLine {
  readonly #options: EngineLineOptions
  #socket: EngineSocket | undefined
  /** Up to where the channel was heard; undefined when what comes after can't be recovered. */
  #position: Position | undefined
  #connectionTtl = Infinity
  #subscriptionTtl = Infinity
  #attempts = 0
  #isConnected = false
  #isClosed = false
  #goOn = () => {}

  constructor(options: EngineLineOptions) {
    this.#options = options
  }

  /**
   * Follows the channel until it is closed.
   * @param first the tokens of the first connection; each later one gets its own
   * @throws StreamEnd when the engine ends it for good, AdminError when it is refused new tokens
   */
  async follow(first: StreamTokens): Promise<void> {
    addEventListener("online", this.#hurry)
    addEventListener("offline", this.#lose)
    try {
      for (let tokens: StreamTokens | undefined = first; !this.#isClosed; tokens = undefined) {
        await this.#attempt(tokens)
      }
    } finally {
      removeEventListener("online", this.#hurry)
      removeEventListener("offline", this.#lose)
    }
  }

  close(): void {
    this.#isClosed = true
    this.#socket?.end(new StreamEnd("it was closed", true))
    this.#hurry()
  }

  readonly #hurry = (): void => this.#goOn()

  readonly #lose = (): void => this.#socket?.end(new StreamEnd("no network", false))

  /** One connection, and the pause after it. */
  async #attempt(tokens: StreamTokens | undefined): Promise<void> {
    try {
      await this.#connect(tokens ?? (await this.#freshTokens()))
    } catch (error) {
      if (this.#isClosed) return
      if (!(error instanceof StreamEnd) || error.isFinal) throw error
      if (this.#isConnected) this.#options.tell("reconnecting")
      this.#isConnected = false
      await this.#pause()
    }
  }

  /** One connection, until it ends. Never resolves unless the line is closed before it begins. */
  async #connect({ connectionToken, token }: StreamTokens): Promise<void> {
    if (this.#isClosed) return
    const socket = new EngineSocket(this.#options.url, (push) => this.#hear(socket, push))
    this.#socket = socket
    try {
      await socket.connect(connectionToken, ({ ttl }) => {
        this.#connectionTtl = ttl
      })
      await this.#subscribe(socket, token)
      this.#keepFresh(socket)
      await socket.ended
    } finally {
      socket.end(undefined)
    }
  }

  #subscribe(socket: EngineSocket, token: string): Promise<void> {
    const { channel, tell } = this.#options
    const since = this.#position && { recover: true, ...this.#position }
    return socket.ask({ subscribe: { channel, token, ...since } }, (result) => {
      this.#subscriptionTtl = result.ttl
      this.#position = result.position
      for (const published of result.missed) this.#take(published)
      this.#attempts = 0
      this.#isConnected = true
      tell("connected")
    })
  }

  #hear(socket: EngineSocket, push: EnginePush): void {
    if (push.channel !== this.#options.channel) return
    if (push.kind === "publication") this.#take(push.published)
    else if (push.end.isFinal) socket.end(push.end)
    else socket.later(0, async () => this.#subscribe(socket, (await this.#freshTokens()).token))
  }

  #take(published: Published): void {
    const { offset } = published
    if (this.#position !== undefined && offset !== undefined) {
      this.#position = { ...this.#position, offset }
    }
    this.#options.hear(published)
  }

  /** Refreshes the tokens that expire, before they do. */
  #keepFresh(socket: EngineSocket): void {
    const ttl = Math.min(this.#connectionTtl, this.#subscriptionTtl)
    if (ttl === Infinity) return
    socket.later(Math.min(ttl * REFRESH_AT, MAX_TIMER), () => this.#refresh(socket))
  }

  async #refresh(socket: EngineSocket): Promise<void> {
    const { channel } = this.#options
    try {
      const { connectionToken, token } = await this.#freshTokens()
      if (this.#connectionTtl < Infinity) {
        await socket.ask({ refresh: { token: connectionToken } }, ({ ttl }) => {
          this.#connectionTtl = ttl
        })
      }
      if (this.#subscriptionTtl < Infinity) {
        await socket.ask({ sub_refresh: { channel, token } }, ({ ttl }) => {
          this.#subscriptionTtl = ttl
        })
      }
      this.#keepFresh(socket)
    } catch (error) {
      if (!(error instanceof StreamEnd)) throw error
      // It goes on as long as the old tokens do, and what ends it by then decides.
      socket.later(REFRESH_PAUSE, () => this.#refresh(socket))
    }
  }

  async #freshTokens(): Promise<StreamTokens> {
    try {
      return await this.#options.getTokens()
    } catch (error) {
      if (error instanceof AdminError && error.isRefusal) throw error
      throw new StreamEnd(reasonOf(error), false)
    }
  }

  #pause(): Promise<void> {
    const spread = Math.min(MAX_PAUSE, MIN_PAUSE * 2 ** this.#attempts)
    this.#attempts += 1
    return new Promise((resolve) => {
      const pause = Math.min(MAX_PAUSE, MIN_PAUSE + Math.random() * spread)
      const timer = setTimeout(resolve, pause)
      this.#goOn = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
