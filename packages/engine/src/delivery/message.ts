import {
  encodeBinary,
  encodeJson,
  NotJsonError,
  type Push,
  ping,
  type Reply,
  type ServerMessage,
} from "@instant-ws/protocol"

/** Something to tell one session or thousands: encoded when first needed, then never again. */
export class Message {
  readonly #content: ServerMessage
  #json: Buffer | NotJsonError | undefined
  #binary: Uint8Array | undefined

  constructor(content: ServerMessage) {
    this.#content = content
  }

  static push(push: Push): Message {
    return new Message({ push })
  }

  static reply(reply: Reply): Message {
    return new Message(reply)
  }

  /** The server's ping, shared by all. */
  static readonly ping = new Message(ping)

  /** The message as JSON, on one line. @throws NotJsonError when its payload is none. */
  get json(): Buffer {
    this.#json ??= jsonOrError(this.#content)
    if (this.#json instanceof NotJsonError) throw this.#json
    return this.#json
  }

  /** The message in Protobuf, behind its length. */
  get binary(): Uint8Array {
    this.#binary ??= encodeBinary(this.#content)
    return this.#binary
  }
}

/** The error too is found once, not once a session. */
function jsonOrError(content: ServerMessage): Buffer | NotJsonError {
  try {
    return Buffer.from(encodeJson(content))
  } catch (error) {
    if (error instanceof NotJsonError) return error
    throw error
  }
}
