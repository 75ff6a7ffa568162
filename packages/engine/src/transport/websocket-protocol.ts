import { type Command, decodeBinaryCommands, decodeCommands, type Pong } from "@instant-ws/protocol"
import type { RawData } from "ws"
import { Chain } from "../delivery/chain.js"
import { BINARY, TEXT, websocketFrame } from "./websocket-frame.js"

/** What is spoken over a websocket: how commands are read, and the chain that messages grow from. */
export interface WebsocketProtocol {
  readonly empty: Chain
  /** Reads a frame's commands one by one. @throws BadFrameError at one that is none. */
  decode(data: RawData): Iterable<Command | Pong>
}

const NEWLINE = 0x0a

/** JSON in text frames, separated by line breaks. */
export const json: WebsocketProtocol = {
  empty: Chain.empty({
    encode: (message) => message.json,
    frame: (messages) => websocketFrame(TEXT, messages, NEWLINE),
  }),
  decode: (data) => decodeCommands(bytesOf(data).toString()),
}

/** Protobuf in binary frames, each message behind its length. */
export const protobuf: WebsocketProtocol = {
  empty: Chain.empty({
    encode: (message) => message.binary,
    frame: (messages) => websocketFrame(BINARY, messages),
  }),
  decode: (data) => decodeBinaryCommands(bytesOf(data)),
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? Buffer.from(data) : data
}
