import type { Message } from "./message.js"

/** How messages become bytes for one kind of connection: a codec within the frames of a transport. */
export interface Wire {
  /** One message, without framing. @throws NotJsonError when this codec can't carry its payload. */
  encode(message: Message): Uint8Array
  /** Several encoded messages in one frame, ready for the socket. */
  frame(messages: readonly Uint8Array[]): Buffer
}
