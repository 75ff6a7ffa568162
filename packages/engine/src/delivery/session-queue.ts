import { type Disconnect, disconnects, NotJsonError } from "@instant-ws/protocol"
import type { Chain } from "./chain.js"
import type { Flushable, Flusher } from "./flusher.js"
import type { Message } from "./message.js"

/** Where a session's frames go: a socket, as seen by the delivery. */
export interface Sink {
  /** Writes a frame. False asks to write no more before {@link SessionQueue.drained} is called. */
  write(frame: Buffer): boolean
  /** Bytes that were written and still wait in this process. */
  readonly bufferedSize: number
  /** The session can't go on: its queue was dropped, and it must be disconnected. */
  fail(disconnect: Disconnect): void
}

/** What was written since the start. */
export interface Traffic {
  messages: number
  /** Before compression and framing. */
  bytes: number
}

/** What the queues of an engine's sessions share that have the same transport. */
export interface QueueOptions {
  readonly flusher: Pick<Flusher, "add">
  readonly traffic: Traffic
  /** Bytes that may wait for a session that doesn't read. */
  readonly maxSize: number
}

/** What one session has to be told and wasn't yet. */
export class SessionQueue implements Flushable {
  readonly #sink: Sink
  readonly #empty: Chain
  readonly #options: QueueOptions
  #chain: Chain
  #isWaiting = false
  #isBlocked = false
  #isClosed = false

  constructor(sink: Sink, empty: Chain, options: QueueOptions) {
    this.#sink = sink
    this.#empty = empty
    this.#chain = empty
    this.#options = options
  }

  /** Appends a message. It leaves with the next flush. */
  push(message: Message): void {
    if (this.#isClosed) return
    const chain = this.#append(message)
    if (chain === undefined) return
    if (this.#isBlocked) {
      if (chain.size + this.#sink.bufferedSize > this.#options.maxSize) this.#fail(disconnects.slow)
    } else if (chain.size >= WRITE_AT_ONCE) {
      this.#write()
    } else if (!this.#isWaiting) {
      this.#isWaiting = true
      this.#options.flusher.add(this)
    }
  }

  /** Writes what waits; called by the flusher. */
  flush(): void {
    this.#isWaiting = false
    this.#write()
  }

  /** The sink takes frames again. */
  drained(): void {
    this.#isBlocked = false
    this.#write()
  }

  /** Writes what waits, also into a full sink, and takes no more. */
  close(): void {
    this.#isBlocked = false
    this.#write()
    this.drop()
  }

  /** Forgets what waits, and takes no more. */
  drop(): void {
    this.#isClosed = true
    this.#chain = this.#empty
  }

  #write(): void {
    if (this.#isBlocked || this.#isClosed || this.#chain === this.#empty) return
    const { frame, length, size } = this.#chain
    const { traffic } = this.#options
    this.#chain = this.#empty
    traffic.messages += length
    traffic.bytes += size
    this.#isBlocked = !this.#sink.write(frame)
  }

  /** Undefined when the message can't be written for this session, which then fails. */
  #append(message: Message): Chain | undefined {
    try {
      this.#chain = this.#chain.append(message)
      return this.#chain
    } catch (error) {
      if (!(error instanceof NotJsonError)) throw error
      this.#fail(disconnects.inappropriateProtocol)
      return undefined
    }
  }

  #fail(disconnect: Disconnect): void {
    this.drop()
    // Later: whoever leaves is announced to others, who may fail for that in turn.
    queueMicrotask(() => this.#sink.fail(disconnect))
  }
}

/** A chain of so many bytes is written without waiting for more. */
const WRITE_AT_ONCE = 65_536
