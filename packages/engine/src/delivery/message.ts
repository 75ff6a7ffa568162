import {
  encodeBinary,
  encodeJson,
  encodePushJson,
  NotJsonError,
  type Push,
  ping,
  type Reply,
  type ServerMessage,
} from "@instant-ws/protocol"

/** What to tell those who speak JSON, and those who speak Protobuf. */
export interface Contents {
  json(): ServerMessage
  binary(): ServerMessage
}

/** Something to tell one session or thousands: encoded when first needed, then never again. */
export class Message {
  readonly #contents: Contents
  #json: Buffer | NotJsonError | undefined
  #push: Buffer | NotJsonError | undefined
  #binary: Uint8Array | undefined

  constructor(contents: Contents) {
    this.#contents = contents
  }

  /** The same for all. */
  static of(content: ServerMessage): Message {
    return new Message({ json: () => content, binary: () => content })
  }

  static push(push: Push): Message {
    return Message.of({ push })
  }

  static reply(reply: Reply): Message {
    return Message.of(reply)
  }

  /** The server's ping, shared by all. */
  static readonly ping = Message.of(ping)

  /** The message as JSON, on one line. @throws NotJsonError when its payload is none. */
  get json(): Buffer {
    this.#json ??= jsonOrError(encodeJson, this.#contents.json())
    if (this.#json instanceof NotJsonError) throw this.#json
    return this.#json
  }

  /** The message as JSON for unidirectional clients. @throws NotJsonError when its payload is none. */
  get push(): Buffer {
    this.#push ??= jsonOrError(encodePushJson, this.#contents.json())
    if (this.#push instanceof NotJsonError) throw this.#push
    return this.#push
  }

  /** The message in Protobuf, behind its length. */
  get binary(): Uint8Array {
    this.#binary ??= encodeBinary(this.#contents.binary())
    return this.#binary
  }
}

/** The error too is found once, not once a session. */
function jsonOrError(
  encode: (content: ServerMessage) => string,
  content: ServerMessage,
): Buffer | NotJsonError {
  try {
    return Buffer.from(encode(content))
  } catch (error) {
    if (error instanceof NotJsonError) return error
    throw error
  }
}
