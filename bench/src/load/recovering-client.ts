import { setTimeout } from "node:timers/promises"
import { z } from "zod"
import { RawWebsocket } from "./raw-websocket.js"

const publication = z.object({ data: z.unknown(), offset: z.number().optional() })
const error = z.object({ code: z.number(), message: z.string() })

/** What a server says, as far as it matters here. */
const message = z.object({
  id: z.number().optional(),
  error: error.optional(),
  connect: z.object({}).optional(),
  subscribe: z
    .object({
      recovered: z.boolean().optional(),
      was_recovering: z.boolean().optional(),
      epoch: z.string().optional(),
      offset: z.number().optional(),
      publications: z.array(publication).optional(),
    })
    .optional(),
  push: z.object({ pub: publication.optional() }).optional(),
})
type Message = z.infer<typeof message>
type Subscribed = NonNullable<Message["subscribe"]>

/** Who connects, and who is told. */
export interface RecoveringClientOptions {
  readonly port: number
  readonly channel: string
  /** Of the connection; anonymous without one. */
  readonly token?: string
  /** The data of each publication, whether it came live or was recovered. */
  onData(data: unknown): void
  /** The server or the network ended a subscription. */
  onLost(reason: string): void
}

/** How often what has become of a client's returns. */
export interface Returns {
  /** Attempts to connect, the first one too. */
  attempts: number
  /** Subscriptions that went on where they had been. */
  recovered: number
  /** Subscriptions whose missed publications the server no longer had. */
  unrecovered: number
}

/** After a failed attempt the next comes so much later, in milliseconds, and up to twice that. */
const RETRY_DELAY = 20
/** An attempt that has taken so long is given up, in milliseconds. */
const ATTEMPT_TIMEOUT = 15_000
/** Nobody tries for longer than this, in milliseconds. */
const PATIENCE = 60_000

const CONNECT_ID = 1
const SUBSCRIBE_ID = 2

/**
 * A client of the Centrifuge protocol with one subscription that recovers: connect, then subscribe
 * from where it was, as the stock clients do.
 */
export class RecoveringClient {
  readonly #options: RecoveringClientOptions
  /** What it connects with from now on. */
  token: string | undefined
  #websocket: RawWebsocket | undefined
  #position: { readonly offset: number; readonly epoch: string } | undefined
  /** Ends the attempt that is under way. */
  #finish: ((failure?: Error) => void) | undefined
  /** Of all attempts. */
  readonly returns: Returns = { attempts: 0, recovered: 0, unrecovered: 0 }

  constructor(options: RecoveringClientOptions) {
    this.#options = options
    this.token = options.token
  }

  /** Connects and subscribes, as often as it takes. @throws Error when the server refuses for good. */
  async open(): Promise<void> {
    const deadline = performance.now() + PATIENCE
    for (;;) {
      this.returns.attempts++
      try {
        return await this.#attempt()
      } catch (failure) {
        if (failure instanceof Refusal || performance.now() > deadline) throw failure
        await setTimeout(RETRY_DELAY * (1 + Math.random()))
      }
    }
  }

  /** Ends the connection without a word. */
  cut(): void {
    this.#websocket?.cut()
    this.#websocket = undefined
    this.#finish?.(new Error("the client was cut"))
  }

  /** Sends a further command. */
  send(command: object): void {
    this.#websocket?.send(JSON.stringify(command))
  }

  #attempt(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = globalThis.setTimeout(() => this.cut(), ATTEMPT_TIMEOUT)
      this.#finish = (failure) => {
        clearTimeout(timer)
        this.#finish = undefined
        if (failure === undefined) resolve()
        else reject(failure)
      }
      this.#websocket = new RawWebsocket({
        port: this.#options.port,
        path: "/connection/websocket",
        onOpen: () => this.send({ id: CONNECT_ID, connect: { token: this.token } }),
        onText: (text) => {
          for (const line of text.split("\n")) this.#take(message.parse(JSON.parse(line)))
        },
        onEnd: (reason) => this.#ended(reason),
      })
    })
  }

  #take({ id, error, connect, subscribe, push }: Message): void {
    if (error !== undefined) this.#refuse(`${error.code} ${error.message}`)
    else if (connect !== undefined) this.#subscribe()
    else if (subscribe !== undefined) this.#subscribed(subscribe)
    else if (push?.pub !== undefined) this.#have(push.pub)
    else if (id === undefined && push === undefined) this.send({})
  }

  #subscribe(): void {
    const from = this.#position && { recover: true, ...this.#position }
    this.send({ id: SUBSCRIBE_ID, subscribe: { channel: this.#options.channel, ...from } })
  }

  #subscribed({ recovered, was_recovering, epoch, offset, publications }: Subscribed): void {
    if (recovered) this.returns.recovered++
    else if (was_recovering) this.returns.unrecovered++
    if (epoch !== undefined) this.#position = { epoch, offset: offset ?? 0 }
    // What was published meanwhile may go beyond the offset of the reply.
    for (const one of publications ?? []) this.#have(one)
    this.#finish?.()
  }

  #have({ data, offset }: z.infer<typeof publication>): void {
    if (offset !== undefined && this.#position) this.#position = { ...this.#position, offset }
    this.#options.onData(data)
  }

  /** Errors of further commands are the caller's; one on the way to the subscription ends it. */
  #refuse(reason: string): void {
    const finish = this.#finish
    if (finish === undefined) return
    this.#finish = undefined
    this.cut()
    finish(new Refusal(`the server refused a client: ${reason}`))
  }

  #ended(reason: string): void {
    this.#websocket = undefined
    if (this.#finish !== undefined) this.#finish(new Error(reason))
    else this.#options.onLost(reason)
  }
}

/** What trying again won't change. */
class Refusal extends Error {}
