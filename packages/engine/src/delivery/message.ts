import { encodePush, encodeReply, PING, type Push, type Reply } from "@instant-ws/protocol"

/**
 * Something to tell one session or thousands: encoded when first needed, then never again.
 */
export class Message {
  readonly #write: () => string
  #json: Buffer | undefined

  constructor(write: () => string) {
    this.#write = write
  }

  static push(push: Push): Message {
    return new Message(() => encodePush(push))
  }

  static reply(reply: Reply): Message {
    return new Message(() => encodeReply(reply))
  }

  /** The server's ping, shared by all. */
  static readonly ping = new Message(() => PING)

  /** The message as JSON, on one line. */
  get json(): Buffer {
    this.#json ??= Buffer.from(this.#write())
    return this.#json
  }
}
