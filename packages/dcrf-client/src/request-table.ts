import { errorAbout, errorOf } from "./answer.js"
import type { Client } from "./client.js"
import { DcrfError, type ServerPayload } from "./dcrf-error.js"
import { listen, post } from "./line.js"

/** How long an answer may take where nobody says how long, in milliseconds after sending. */
const PATIENCE = 60_000

/** Something to ask of the server. */
export interface Question {
  readonly stream: string
  /** With its request id. */
  readonly payload: object & { readonly request_id: string }
  /** Whether the application chose the id: it may be in use. */
  readonly isOwnId?: boolean
  /** In milliseconds from now on. @default 60,000 from when it was sent */
  readonly timeout?: number | undefined
  /** Tells its answers from what else has its id. */
  accepts?(answer: ServerPayload): boolean
  /** The payload to ask with again when the socket dropped; undefined to fail. */
  again?(): object | undefined
}

/** A question with who takes its answers. */
export interface Call extends Question {
  /** Takes an answer. @returns whether that is all */
  take(answer: ServerPayload): boolean
  /** It has ended without an answer. */
  fail(error: unknown): void
}

interface OpenCall {
  readonly call: Call
  release(): void
  isSent: boolean
  /** How often the server crashed when it was to answer this. */
  crashes: number
  text: string
  timer?: ReturnType<typeof setTimeout> | undefined
  stop(): void
}

/** With this DCRF closes the socket when its code had an exception that it doesn't handle. */
const CRASHED = 1011

/** What was asked and is not answered yet. */
export class RequestTable {
  readonly #client: Client
  /** Those that were sent are in the order in which they were. */
  readonly #calls = new Set<OpenCall>()
  readonly #ids = new Set<string>()
  /** Why no call can be made; undefined when they can. */
  end: string | undefined

  constructor(client: Client) {
    this.#client = client
  }

  /** Keeps an id for one at a time. @returns what gives it back @throws DcrfError when it is in use */
  claim(stream: string, id: string): () => void {
    const key = `${stream} ${id}`
    if (this.#ids.has(key)) {
      const about = { stream, request_id: id }
      throw new DcrfError("usage", `The request id ${id} is in use`, about)
    }
    this.#ids.add(key)
    return () => {
      this.#ids.delete(key)
    }
  }

  /** The socket dropped: what was sent is asked again, or fails; with `end`, so does all else. */
  cut(reason: string, code?: number): void {
    const kind = this.end ? "closed" : "connection"
    const calls = [...this.#calls]
    // The server answers in turn: it was at the oldest. Twice is no accident.
    const culprit = code === CRASHED && calls.find(({ isSent }) => isSent)
    if (culprit) culprit.crashes++
    for (const open of calls) {
      const payload = open.isSent && !this.end && open.crashes < 2 && open.call.again?.()
      if (payload) this.#send(open, payload)
      else if (open.isSent || this.end) this.#fail(open, reason, { kind, code })
    }
  }

  /** What was queued has been sent. */
  sent(): void {
    for (const open of [...this.#calls]) if (!open.isSent) this.#markSent(open)
  }

  /** Makes a call. What keeps it from being made goes to its `fail`. @returns what gives it up */
  open(call: Call): () => void {
    const { stream, payload, timeout } = call
    const selector = this.#client.buildRequestResponseSelector(stream, payload.request_id)
    const open: OpenCall = {
      call,
      release: call.isOwnId ? this.claim(stream, payload.request_id) : () => {},
      isSent: false,
      crashes: 0,
      text: "",
      stop: listen(this.#client, selector, (answer) => {
        if (call.accepts?.(answer) !== false && call.take(answer)) this.#close(open)
      }),
    }
    this.#calls.add(open)
    if (timeout !== undefined) this.#arm(open, timeout)
    if (this.end) this.#fail(open, this.end, { kind: "closed" })
    else this.#send(open, payload)
    return () => this.#close(open)
  }

  /** Asks for one answer. Rejects with a DcrfError, or with the reason of the signal. */
  async ask(question: Question, signal?: AbortSignal): Promise<unknown> {
    signal?.throwIfAborted()
    let close = () => {}
    let abort = () => {}
    try {
      return await new Promise((resolve, reject) => {
        abort = () => reject(signal?.reason)
        signal?.addEventListener("abort", abort)
        close = this.open({
          ...question,
          take(answer) {
            const error = errorOf(question, answer, "answer")
            if (error) reject(error)
            else resolve(answer.data)
            return true
          },
          fail: reject,
        })
      })
    } finally {
      close()
      signal?.removeEventListener("abort", abort)
    }
  }

  #send(open: OpenCall, payload: object): void {
    open.isSent = false
    if (open.call.timeout === undefined) {
      clearTimeout(open.timer)
      open.timer = undefined
    }
    // Before it is sent, for the answer may be there at once.
    if (this.#client.transport.isConnected()) this.#markSent(open)
    try {
      open.text = post(this.#client, open.call.stream, payload)
    } catch (error) {
      this.#close(open)
      open.call.fail(error)
    }
  }

  #markSent(open: OpenCall): void {
    open.isSent = true
    this.#calls.delete(open)
    this.#calls.add(open)
    if (!open.timer && open.call.timeout === undefined) this.#arm(open, PATIENCE)
  }

  #arm(open: OpenCall, ms: number): void {
    const late = () => this.#fail(open, `no answer in ${ms} ms`, { kind: "timeout" })
    // Timers can't take longer.
    if (ms < 2 ** 31) open.timer = setTimeout(late, ms)
  }

  #fail(open: OpenCall, text: string, why: Parameters<typeof errorAbout>[2]): void {
    this.#close(open)
    open.call.fail(errorAbout(open.call, text, why))
  }

  #close(open: OpenCall): void {
    if (!this.#calls.delete(open)) return
    clearTimeout(open.timer)
    open.stop()
    open.release()
    if (!open.isSent) this.#client.queue.remove?.(open.text)
  }
}
