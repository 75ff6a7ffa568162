import { type Command, decodeBinaryCommands, decodeCommands, type Pong } from "@instant-ws/protocol"
import { Chain } from "../delivery/chain.js"
import { BINARY, type Framing, TEXT } from "./websocket-frame.js"

/** What is spoken over a websocket: how commands are read, and the chain that messages grow from. */
export interface WebsocketProtocol {
  readonly codec: "json" | "protobuf"
  readonly empty: Chain
  /** Reads a frame's commands one by one. @throws BadFrameError at one that is none. */
  decode(data: Buffer): Iterable<Command | Pong>
}

/** The same connections speak either. */
export interface WebsocketProtocols {
  readonly json: WebsocketProtocol
  readonly protobuf: WebsocketProtocol
}

/** Breaks lines between JSON messages. */
export const NEWLINE = 0x0a

/**
 * The protocols over one kind of frames: JSON in text frames, separated by line breaks, and Protobuf
 * in binary frames, each message behind its length.
 */
export function websocketProtocols(framing: Framing): WebsocketProtocols {
  return {
    json: {
      codec: "json",
      empty: Chain.empty({
        encode: (message) => message.json,
        frame: (messages) => framing(TEXT, messages, NEWLINE),
      }),
      decode: (data) => decodeCommands(data.toString()),
    },
    protobuf: {
      codec: "protobuf",
      empty: Chain.empty({
        encode: (message) => message.binary,
        frame: (messages) => framing(BINARY, messages),
      }),
      decode: (data) => decodeBinaryCommands(data),
    },
  }
}
