import { setTimeout } from "node:timers/promises"
import { z } from "zod"
import {
  opcodes,
  type WebsocketFrame,
} from "../../../packages/engine/test/conformance/connections/websocket-frame.js"
import { type Listener, type ListenerOptions, noMishaps } from "./listener.js"
import { handshake, RawWebsocket, RefusedError } from "./raw-websocket.js"

const publication = z.object({
  offset: z.int(),
  data: z.object({ n: z.int(), at: z.number() }),
})
const message = z.object({
  push: z.object({ pub: publication.optional() }).optional(),
  connect: z.object({}).optional(),
  subscribe: z
    .object({
      epoch: z.string(),
      offset: z.int().default(0),
      recovered: z.boolean().default(false),
      publications: z.array(publication).default([]),
    })
    .optional(),
  error: z.object({ code: z.int() }).optional(),
})
type Message = z.output<typeof message>
type Publication = z.output<typeof publication>

/** The first wait after a failure, and the longest, in milliseconds. */
const BACK_OFF = { first: 50, most: 2_000 }
/** After what a server asks for, and anybody's random wait, in milliseconds. */
const SPREAD = 500

/** The least that a client can be; it honours what a server says with 503. */
export class LeanListener implements Listener {
  readonly received: number[] = []
  readonly mishaps = noMishaps()
  readonly #options: ListenerOptions
  #websocket: RawWebsocket | undefined
  #position: { readonly offset: number; readonly epoch: string } | undefined
  /** The latest try: what happens to earlier ones doesn't matter any more. */
  #try = 0
  #isSubscribed = false
  #settle: (isSubscribed: boolean) => void = () => {}

  constructor(options: ListenerOptions) {
    this.#options = options
  }

  get channel(): string {
    return this.#options.channel
  }

  get isSubscribed(): boolean {
    return this.#isSubscribed
  }

  async come(): Promise<void> {
    for (let failures = 0; ; failures++) {
      const attempt = ++this.#try
      try {
        if (await this.#subscribe(attempt)) return
        this.mishaps.failed++
        await setTimeout(backOff(failures))
      } catch (error) {
        await setTimeout(this.#waitAfter(error, failures))
      }
      if (attempt !== this.#try) return
    }
  }

  leave(): void {
    this.#try++
    this.#isSubscribed = false
    this.#settle(false)
    this.#websocket?.cut()
  }

  comeBack(): Promise<void> {
    this.leave()
    return this.come()
  }

  async #subscribe(attempt: number): Promise<boolean> {
    const { port, token, channel } = this.#options
    const settled = new Promise<boolean>((resolve) => {
      this.#settle = resolve
    })
    const websocket = await RawWebsocket.open(port, handshake("/connection/websocket"), {
      frame: (frame) => this.#receive(frame),
      closed: () => {
        if (attempt === this.#try) this.#closed()
      },
    })
    if (attempt !== this.#try) {
      websocket.cut()
      return false
    }
    this.#websocket = websocket
    const recovery = this.#position && { recover: true, ...this.#position }
    const subscribe = JSON.stringify({ id: 2, subscribe: { channel, ...recovery } })
    websocket.send(`${JSON.stringify({ id: 1, connect: { token } })}\n${subscribe}`)
    return settled
  }

  #waitAfter(error: unknown, failures: number): number {
    if (error instanceof RefusedError && error.status === 503) {
      this.mishaps.refused++
      return (error.retryAfter ?? 1) * 1000 + Math.random() * SPREAD
    }
    this.mishaps.failed++
    return backOff(failures)
  }

  #receive({ opcode, payload }: WebsocketFrame): void {
    if (opcode !== opcodes.text) return
    for (const line of payload.toString().split("\n")) {
      if (line === "{}") this.#websocket?.send("{}")
      else this.#told(message.parse(JSON.parse(line)))
    }
  }

  #told({ push, subscribe, error }: Message): void {
    if (push?.pub !== undefined) this.#take(push.pub)
    if (error !== undefined) this.#websocket?.cut()
    if (subscribe === undefined) return
    const { epoch, offset, publications, recovered } = subscribe
    if (this.#position !== undefined && !recovered) this.mishaps.unrecovered++
    for (const each of publications) this.#take(each)
    this.#position = { offset, epoch }
    this.#isSubscribed = true
    this.#settle(true)
  }

  #take({ offset, data: { n, at } }: Publication): void {
    this.received.push(n)
    if (this.#position) this.#position = { ...this.#position, offset }
    this.#options.onDelivery(at)
  }

  #closed(): void {
    if (!this.#isSubscribed) {
      this.#settle(false)
      return
    }
    this.#isSubscribed = false
    this.mishaps.lost++
    void this.come()
  }
}

function backOff(failures: number): number {
  return Math.min(BACK_OFF.most, BACK_OFF.first * 2 ** failures) + Math.random() * SPREAD
}
