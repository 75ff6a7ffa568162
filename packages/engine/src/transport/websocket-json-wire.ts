import type { Message } from "../delivery/message.js"
import type { Wire } from "../delivery/wire.js"
import { textFrame } from "./websocket-frame.js"

const NEWLINE = 0x0a

/** JSON messages in websocket text frames, separated by line breaks. */
export const websocketJsonWire: Wire = {
  encode: (message: Message) => message.json,
  frame: (messages) => textFrame(messages, NEWLINE),
}
