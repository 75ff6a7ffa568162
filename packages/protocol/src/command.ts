import { BinaryReader } from "@bufbuild/protobuf/wire"
import {
  bool,
  int,
  isNull,
  lazy,
  list,
  map,
  message,
  optional,
  payload,
  type ReadAs,
  type Shape,
  ShapeError,
  signed,
  string,
} from "./shape/index.js"
import { spanOf } from "./span.js"

// The commands of the Centrifuge client protocol, named and shaped as in its client.proto.

/** Which publications a subscriber wants, by their tags. */
export interface TagsFilter {
  /** Empty for a comparison; else how the nodes are joined: and, or, not. */
  readonly op: string
  readonly key: string
  /** How the tag is compared: eq, neq, in, nin, ex, nex, sw, ew, ct, gt, gte, lt, lte. */
  readonly cmp: string
  readonly val: string
  readonly vals: readonly string[]
  readonly nodes: readonly TagsFilter[]
}
/** How deep tags filters may nest. */
const MAX_FILTER_DEPTH = 32
const TagsFilterShape: Shape<TagsFilter, Partial<TagsFilter>> = message({
  op: [1, string],
  key: [2, string],
  cmp: [3, string],
  val: [4, string],
  vals: [5, list(string)],
  nodes: [6, list(lazy(() => TagsFilterShape, MAX_FILTER_DEPTH))],
})
const SubscribeRequest = message({
  channel: [1, string],
  token: [2, string],
  recover: [3, bool],
  epoch: [6, string],
  offset: [7, int],
  data: [8, payload],
  positioned: [9, bool],
  recoverable: [10, bool],
  join_leave: [11, bool],
  delta: [12, string],
  tf: [13, optional(TagsFilterShape)],
  type: [15, int],
})
const ConnectRequest = message({
  token: [1, string],
  data: [2, payload],
  subs: [3, map(SubscribeRequest)],
  name: [4, string],
  version: [5, string],
  headers: [6, map(string)],
})
const ChannelRequest = message({ channel: [1, string] })
const PublishRequest = message({ channel: [1, string], data: [2, payload] })
const Position = message({ offset: [1, int], epoch: [2, string] })
const HistoryRequest = message({
  channel: [1, string],
  limit: [7, signed],
  since: [8, optional(Position)],
  reverse: [9, bool],
})
const Empty = message({})
const DataOnly = message({ data: [1, payload] })
const RpcRequest = message({ data: [1, payload], method: [2, string] })
const TokenRequest = message({ token: [1, string] })
const SubRefreshRequest = message({ channel: [1, string], token: [2, string] })

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
  id: [1, int],
  connect: [4, optional(requests.connect)],
  subscribe: [5, optional(requests.subscribe)],
  unsubscribe: [6, optional(requests.unsubscribe)],
  publish: [7, optional(requests.publish)],
  presence: [8, optional(requests.presence)],
  presence_stats: [9, optional(requests.presence_stats)],
  history: [10, optional(requests.history)],
  ping: [11, optional(requests.ping)],
  send: [12, optional(requests.send)],
  rpc: [13, optional(requests.rpc)],
  refresh: [14, optional(requests.refresh)],
  sub_refresh: [15, optional(requests.sub_refresh)],
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
  for (const line of lines) yield refusingBadFrames(() => commandOf(Envelope.decode(spanOf(line))))
}

/**
 * Reads the commands of one Protobuf frame, each behind its length, as they are asked for.
 * @throws BadFrameError where a command is cut short, of other types or of no known method.
 */
export function* decodeBinaryCommands(frame: Uint8Array): Generator<Command | Pong> {
  if (frame.length === 0) throw new BadFrameError("empty frame")
  const reader = new BinaryReader(frame)
  while (reader.pos < reader.len) {
    yield refusingBadFrames(() => {
      const end = reader.uint32() + reader.pos
      if (end > reader.len) throw new BadFrameError("a command is cut short")
      const command = commandOf(Envelope.readFields(reader, end))
      if (reader.pos !== end) throw new BadFrameError("a field reaches over its command's end")
      return command
    })
  }
}

/**
 * Reads the connect request with which a unidirectional connection begins; null is an empty one.
 * @throws BadFrameError when the text is not JSON, or of another type.
 */
export function decodeConnectRequest(text: string): Request<"connect"> {
  return refusingBadFrames(() => {
    const span = spanOf(text)
    return isNull(span) ? ConnectRequest.zero : ConnectRequest.decode(span)
  })
}

const EmulationRequest = message({ node: [1, string], session: [2, string], data: [3, payload] })
/** What a client of an emulated transport posts: commands for one of the sessions of a node. */
export type EmulationRequest = ReadAs<typeof EmulationRequest>

/** @throws BadFrameError when the text is no emulation request. */
export function decodeEmulation(text: string): EmulationRequest {
  return refusingBadFrames(() => EmulationRequest.decode(spanOf(text)))
}

/** @throws BadFrameError when the bytes are no emulation request. */
export function decodeBinaryEmulation(bytes: Uint8Array): EmulationRequest {
  return refusingBadFrames(() => {
    const reader = new BinaryReader(bytes)
    return EmulationRequest.readFields(reader, reader.len)
  })
}

function commandOf(envelope: ReadAs<typeof Envelope>): Command | Pong {
  for (const method of methods) {
    const request = envelope[method]
    if (request !== undefined) return { id: envelope.id, method, request } as Command
  }
  if (envelope.id === 0) return { method: "pong" }
  throw new BadFrameError("unknown method")
}

/** What text and bytes of strangers make the decoders throw, as one kind. */
function refusingBadFrames<T>(decode: () => T): T {
  try {
    return decode()
  } catch (cause) {
    if (cause instanceof BadFrameError) throw cause
    const isBadInput =
      cause instanceof SyntaxError ||
      cause instanceof ShapeError ||
      cause instanceof RangeError ||
      (cause instanceof Error && cause.constructor === Error)
    if (isBadInput) throw new BadFrameError(cause.message, { cause })
    throw cause
  }
}
