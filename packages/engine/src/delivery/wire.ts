import type { Message } from "./message.js"

/** How messages become bytes for one kind of connection: a codec within the frames of a transport. */
export interface Wire {
  /** One message, without framing. */
  encode(message: Message): Buffer
  /** Several encoded messages in one frame, ready for the socket. */
  frame(messages: readonly Buffer[]): Buffer
}
