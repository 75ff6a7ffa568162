import { type Span, spanOf } from "./raw-json.js"
import {
  bool,
  int,
  map,
  message,
  optional,
  type ReadAs,
  raw,
  ShapeError,
  signed,
  string,
} from "./shape.js"

// The commands of the Centrifuge client protocol, named and shaped as in its client.proto.

const SubscribeRequest = message({
  channel: string,
  token: string,
  recover: bool,
  epoch: string,
  offset: int,
  data: raw,
  positioned: bool,
  recoverable: bool,
  join_leave: bool,
  type: int,
})
const ConnectRequest = message({
  token: string,
  data: raw,
  subs: map(SubscribeRequest),
  name: string,
  version: string,
})
const ChannelRequest = message({ channel: string })
const PublishRequest = message({ channel: string, data: raw })
const Position = message({ offset: int, epoch: string })
const HistoryRequest = message({
  channel: string,
  limit: signed,
  since: optional(Position),
  reverse: bool,
})
const Empty = message({})
const DataOnly = message({ data: raw })
const RpcRequest = message({ data: raw, method: string })
const TokenRequest = message({ token: string })
const SubRefreshRequest = message({ channel: string, token: string })

/** Every method of the protocol with the shape of what it asks. */
const requests = {
  connect: ConnectRequest,
  subscribe: SubscribeRequest,
  unsubscribe: ChannelRequest,
  publish: PublishRequest,
  presence: ChannelRequest,
  presence_stats: ChannelRequest,
  history: HistoryRequest,
  ping: Empty,
  send: DataOnly,
  rpc: RpcRequest,
  refresh: TokenRequest,
  sub_refresh: SubRefreshRequest,
} as const

const Envelope = message({
  id: int,
  connect: optional(requests.connect),
  subscribe: optional(requests.subscribe),
  unsubscribe: optional(requests.unsubscribe),
  publish: optional(requests.publish),
  presence: optional(requests.presence),
  presence_stats: optional(requests.presence_stats),
  history: optional(requests.history),
  ping: optional(requests.ping),
  send: optional(requests.send),
  rpc: optional(requests.rpc),
  refresh: optional(requests.refresh),
  sub_refresh: optional(requests.sub_refresh),
})

/** The name of a command. */
export type Method = keyof typeof requests
/** What a command of this name asks. */
export type Request<M extends Method> = ReadAs<(typeof requests)[M]>
/** One command with its id; commands without a reply (`send`) may have id 0. */
export type CommandOf<M extends Method> = {
  readonly id: number
  readonly method: M
  readonly request: Request<M>
}
/** A command that a client sends, told apart by `method`. */
export type Command = { [M in Method]: CommandOf<M> }[Method]
/** The answer to the server's ping: an empty object. */
export type Pong = { readonly method: "pong" }

/** A frame is not of the protocol. The connection ends with disconnect 3501, bad request. */
export class BadFrameError extends Error {
  override readonly name = "BadFrameError"
}

const methods = Object.keys(requests) as readonly Method[]

/**
 * Reads the commands of one JSON frame, one a line, as they are asked for: the commands before a bad
 * one are good.
 * @throws BadFrameError at a line that is empty, not JSON, not an object or of no known method.
 */
export function* decodeCommands(frame: string): Generator<Command | Pong> {
  const lines = frame.split("\n")
  if (lines.length > 1 && lines.at(-1) === "") lines.pop()
  for (const line of lines) yield decodeCommand(line)
}

function decodeCommand(line: string): Command | Pong {
  let span: Span
  try {
    span = spanOf(line)
    const envelope = Envelope.decode(span)
    for (const method of methods) {
      const request = envelope[method]
      if (request !== undefined) return { id: envelope.id, method, request } as Command
    }
    if (envelope.id === 0) return { method: "pong" }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof ShapeError) {
      throw new BadFrameError(error.message)
    }
    throw error
  }
  throw new BadFrameError("unknown method")
}
