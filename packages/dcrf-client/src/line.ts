import type { ClientOptions, MessageBuilders } from "./client-options.js"
import type { ServerPayload } from "./dcrf-error.js"
import { isRecord } from "./record.js"
import type { Dispatcher, SendQueue, Serializer, Transport } from "./replaceable-parts.js"

/** The parts of which a client is made. */
export interface Parts {
  readonly dispatcher: Dispatcher
  readonly transport: Transport
  readonly queue: SendQueue
  readonly serializer: Serializer
  readonly options: ClientOptions
}

/** One way out, and one way in, for all that a client says and hears. */
export class Line {
  readonly #parts: Parts & MessageBuilders

  constructor(parts: Parts & MessageBuilders) {
    this.#parts = parts
  }

  get isOpen(): boolean {
    return this.#parts.transport.isConnected()
  }

  /** Sends a payload, or queues it. @returns what {@link Line.takeBack} takes; throws what the hooks throw */
  post(stream: string, payload: object, requestId: string): string {
    const { options, serializer, queue } = this.#parts
    const own = { ...payload, request_id: requestId }
    const sent = options.preprocessPayload?.(stream, own, requestId) || own
    const message = this.#parts.buildMultiplexedMessage(stream, sent)
    const text = serializer.serialize(options.preprocessMessage?.(message) || message)
    queue.send(text)
    return text
  }

  /** Takes back what is still queued. */
  takeBack(text: string): void {
    this.#parts.queue.remove?.(text)
  }

  /** Calls `hear` for each payload that is selected. @returns what ends that */
  listen(selector: object, hear: (payload: ServerPayload) => void): () => void {
    const { dispatcher } = this.#parts
    const id = dispatcher.listen(selector, (message) => {
      const payload = this.payloadOf(message)
      if (payload) hear(payload)
    })
    return () => {
      dispatcher.cancel(id)
    }
  }

  /** The payload of a message, where it has one. */
  payloadOf(message: unknown): ServerPayload | undefined {
    const isBare = this.#parts.options.multiplexed === false
    const payload = !isBare && isRecord(message) ? message.payload : message
    return isRecord(payload) ? payload : undefined
  }
}
