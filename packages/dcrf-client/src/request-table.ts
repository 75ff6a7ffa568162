import { errorAbout, errorOf, isError, type Why } from "./answer.js"
import { DcrfError, type ServerPayload } from "./dcrf-error.js"
import type { Line } from "./line.js"
import type { Untyped } from "./rows.js"

/** How long an answer may take where nobody says how long, in milliseconds after sending. */
const PATIENCE = 60_000

/** Something to ask of the server. */
export interface Question {
  readonly stream: string
  readonly payload: Untyped
  readonly id: string
  /** What selects its answers. */
  readonly selector: object
  /** In milliseconds from now on. @default 60,000 from when it was sent */
  readonly timeout?: number | undefined
  /** Tells its answers from what else has its id; without it, the id must not be in use. */
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
  readonly release: () => void
  readonly stopListening: () => void
  text: string
  isSent: boolean
  timer: ReturnType<typeof setTimeout> | undefined
}

/** What was asked and is not answered yet. */
export class RequestTable {
  readonly #line: Line
  readonly #calls = new Set<OpenCall>()
  readonly #ids = new Set<string>()
  #end: string | undefined

  constructor(line: Line) {
    this.#line = line
  }

  /** Lets calls be made, again. */
  begin(): void {
    this.#end = undefined
  }

  /** Fails all calls, also those to come. */
  end(reason: string): void {
    this.#end = reason
    for (const open of [...this.#calls]) this.#fail(open, reason, { kind: "closed" })
  }

  /** The socket dropped: what was sent is asked again, or fails. */
  cut(reason: string, code?: number): void {
    for (const open of [...this.#calls]) {
      if (!open.isSent) continue
      const payload = open.call.again?.()
      if (payload === undefined) this.#fail(open, reason, { kind: "connection", code })
      else this.#post(open, payload)
    }
  }

  /** What was queued has been sent. */
  sent(): void {
    for (const open of this.#calls) this.#markSent(open)
  }

  /** Keeps an id for one at a time. @returns what gives it back @throws DcrfError when it is in use */
  claim(selector: object, id: string): () => void {
    const key = JSON.stringify(selector)
    if (this.#ids.has(key)) throw new DcrfError("usage", `The request id ${id} is in use`)
    this.#ids.add(key)
    return () => {
      this.#ids.delete(key)
    }
  }

  /** Makes a call. What keeps it from being made goes to its `fail`. @returns what gives it up */
  open(call: Call): () => void {
    try {
      if (this.#end !== undefined) throw errorAbout(call, this.#end, { kind: "closed" })
      const open: OpenCall = {
        call,
        release: call.accepts ? () => {} : this.claim(call.selector, call.id),
        stopListening: this.#line.listen(call.selector, (answer) => {
          if (call.accepts?.(answer) !== false && call.take(answer)) this.#close(open)
        }),
        text: "",
        isSent: false,
        timer: undefined,
      }
      this.#calls.add(open)
      if (call.timeout !== undefined) this.#arm(open, call.timeout)
      this.#post(open, call.payload)
      return () => this.#close(open)
    } catch (error) {
      call.fail(error)
      return () => {}
    }
  }

  /** Asks for one answer. Rejects with a DcrfError, or with the reason of the signal. */
  ask(question: Question, signal?: AbortSignal): Promise<Untyped> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      let close = () => {}
      const abort = () => {
        close()
        reject(signal?.reason)
      }
      const settled = () => signal?.removeEventListener("abort", abort)
      signal?.addEventListener("abort", abort)
      close = this.open({
        ...question,
        take: (answer) => {
          settled()
          if (isError(answer)) reject(errorOf(question, answer, "answer"))
          else resolve(answer.data)
          return true
        },
        fail: (error) => {
          settled()
          reject(error)
        },
      })
    })
  }

  #post(open: OpenCall, payload: object): void {
    const { stream, id } = open.call
    open.isSent = false
    // Before it is sent, for the answer may be there at once.
    if (this.#line.isOpen) this.#markSent(open)
    try {
      open.text = this.#line.post(stream, payload, id)
    } catch (error) {
      this.#close(open)
      open.call.fail(error)
    }
  }

  #markSent(open: OpenCall): void {
    open.isSent = true
    if (open.timer === undefined && open.call.timeout === undefined) this.#arm(open, PATIENCE)
  }

  #arm(open: OpenCall, ms: number): void {
    // Timers can't take longer.
    if (ms >= 2 ** 31) return
    open.timer = setTimeout(
      () => this.#fail(open, `no answer within ${ms} ms`, { kind: "timeout" }),
      ms,
    )
  }

  #fail(open: OpenCall, text: string, why: Why): void {
    this.#close(open)
    open.call.fail(errorAbout(open.call, text, why))
  }

  #close(open: OpenCall): void {
    if (!this.#calls.delete(open)) return
    clearTimeout(open.timer)
    open.stopListening()
    open.release()
    if (!open.isSent) this.#line.takeBack(open.text)
  }
}
