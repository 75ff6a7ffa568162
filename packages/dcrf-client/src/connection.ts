import { DcrfError } from "./dcrf-error.js"
import { Listeners } from "./listeners.js"
import type { Transport } from "./replaceable-parts.js"
import type { Reporter } from "./reporter.js"
import type { Untyped } from "./rows.js"
import type { Status } from "./status.js"

/** What a connection does to those who use it. */
export interface ConnectionEvents {
  /** Calls may be made. */
  begun(): void
  /** It is open, for the first time or again. */
  opened(): void
  /** What was sent may be lost. */
  lost(reason: string, code?: number): void
  /** It will not be tried again. */
  ended(reason: string): void
  message(text: Untyped): void
}

/** Follows a transport, and says in words how the connection is. */
export class Connection {
  readonly listeners: Listeners<Status>
  readonly #transport: Transport
  readonly #events: ConnectionEvents
  readonly #reporter: Reporter
  #status: Status = "idle"
  #isListening = false

  constructor(transport: Transport, reporter: Reporter, events: ConnectionEvents) {
    this.#transport = transport
    this.#reporter = reporter
    this.#events = events
    this.listeners = new Listeners(reporter.report)
  }

  get status(): Status {
    return this.#status
  }

  /** Connects. @param startsClosed whether the transport will wait to be told once more */
  open(startsClosed: boolean): void {
    if (this.#status !== "idle" && this.#status !== "closed") return
    this.#begin(startsClosed ? "idle" : "connecting")
    this.#transport.connect()
  }

  reopen(): void {
    this.#begin(this.#status === "connected" ? "reconnecting" : "connecting")
    if (this.#transport.reconnect) this.#transport.reconnect()
    else {
      this.#transport.disconnect()
      this.#transport.connect()
    }
  }

  close(): void {
    this.#transport.disconnect()
    this.#end("the client was closed")
  }

  #begin(status: Status): void {
    if (!this.#isListening) this.#listen()
    this.#isListening = true
    this.#events.begun()
    this.#set(status)
  }

  #listen(): void {
    const transport = this.#transport
    const opened = () => {
      // A transport need not tell that it was lost.
      if (this.#status === "connected") this.#events.lost("the connection was lost")
      this.#events.opened()
      this.#set("connected")
    }
    transport.on("connect", opened)
    transport.on("reconnect", opened)
    transport.on("message", ({ data }) => this.#events.message(data))
    transport.on("close", (event) => this.#closed(event))
    transport.on("error", (event) => {
      const text = `The connection failed: ${event?.message}`
      this.#reporter.report(new DcrfError("connection", text, { cause: event?.error ?? event }))
    })
  }

  #closed({ code, reason, final }: Untyped = {}): void {
    const text = `the connection was lost (${[code, reason].filter(Boolean).join(" ")})`
    this.#events.lost(text, code)
    if (final) this.#end(`${text}, and will not be tried again`)
    else if (this.#status === "connected") this.#set("reconnecting")
  }

  #end(reason: string): void {
    this.#events.ended(reason)
    this.#set("closed")
  }

  #set(status: Status): void {
    if (status === this.#status) return
    this.#status = status
    this.#reporter.write(status)
    this.listeners.emit(status)
  }
}
