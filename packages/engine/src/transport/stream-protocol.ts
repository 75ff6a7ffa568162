import { type Command, decodeBinaryCommands, decodeCommands, type Pong } from "@instant-ws/protocol"
import { Chain } from "../delivery/chain.js"
import type { Message } from "../delivery/message.js"
import type { TransportName } from "../delivery/transport-name.js"

/** What is spoken over a streamed HTTP response. */
export interface StreamProtocol {
  /** The name of the transport. */
  readonly name: TransportName
  readonly codec: "json" | "protobuf"
  readonly empty: Chain
  readonly contentType: string
  /** Reads the commands of a request's body. @throws BadFrameError at one that is none. */
  decode(body: Uint8Array): Iterable<Command | Pong>
}

const EVENT = Buffer.from("data: ")
const EVENT_END = Buffer.from("\n\n")
const NEWLINE = Buffer.from("\n")
const EVENT_STREAM = "text/event-stream; charset=utf-8"

/** A chain whose frames are the messages one behind the other, each between two texts. */
function chainOf(
  encode: (message: Message) => Uint8Array,
  before: Buffer = Buffer.alloc(0),
  after: Buffer = Buffer.alloc(0),
): Chain {
  return Chain.empty({
    encode,
    frame: (messages) => Buffer.concat(messages.flatMap((each) => [before, each, after])),
  })
}

const decodeText = (body: Uint8Array) => decodeCommands(Buffer.from(body).toString())

/** Server-sent events, each a JSON message (HTML standard, section 9.2). */
export const sse: StreamProtocol = {
  name: "sse",
  codec: "json",
  empty: chainOf((message) => message.json, EVENT, EVENT_END),
  contentType: EVENT_STREAM,
  decode: decodeText,
}

/** JSON messages, one a line. */
export const jsonStream: StreamProtocol = {
  name: "http_stream",
  codec: "json",
  empty: chainOf((message) => message.json, undefined, NEWLINE),
  contentType: "text/plain; charset=utf-8",
  decode: decodeText,
}

/** Protobuf messages, each behind its length. */
export const protobufStream: StreamProtocol = {
  name: "http_stream",
  codec: "protobuf",
  empty: chainOf((message) => message.binary),
  contentType: "application/octet-stream",
  decode: decodeBinaryCommands,
}

/** Server-sent events for those who only listen. */
export const uniSse: StreamProtocol = {
  ...sse,
  name: "uni_sse",
  empty: chainOf((message) => message.push, EVENT, EVENT_END),
}

/** JSON lines for those who only listen. */
export const uniJsonStream: StreamProtocol = {
  ...jsonStream,
  name: "uni_http_stream",
  empty: chainOf((message) => message.push, undefined, NEWLINE),
}
