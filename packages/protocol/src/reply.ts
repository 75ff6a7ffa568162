import {
  always,
  bool,
  int,
  list,
  map,
  message,
  optional,
  raw,
  string,
  type WrittenAs,
} from "./shape.js"

// The replies and pushes of the Centrifuge client protocol, named and shaped as in its client.proto.

const ClientInfo = message({ user: string, client: string, conn_info: raw, chan_info: raw })
const Publication = message({
  data: raw,
  info: optional(ClientInfo),
  offset: int,
  tags: map(string),
  time: int,
  channel: string,
  epoch: string,
  version: int,
})
const ErrorReply = message({ code: int, message: string, temporary: bool })
const SubscribeResult = message({
  expires: bool,
  ttl: int,
  recoverable: bool,
  epoch: string,
  publications: list(Publication),
  recovered: bool,
  offset: int,
  positioned: bool,
  data: raw,
  was_recovering: bool,
})
const ConnectResult = message({
  client: string,
  version: string,
  expires: bool,
  ttl: int,
  data: raw,
  subs: map(SubscribeResult),
  ping: int,
  pong: bool,
  session: string,
  node: string,
  time: int,
})
const Empty = message({})
const PresenceResult = message({ presence: always(map(ClientInfo)) })
const PresenceStatsResult = message({ num_clients: always(int), num_users: always(int) })
const HistoryResult = message({
  publications: always(list(Publication)),
  epoch: string,
  offset: always(int),
})
const DataResult = message({ data: raw })
const Expiry = message({ expires: bool, ttl: int })

const Push = message({
  channel: string,
  pub: optional(Publication),
  join: optional(message({ info: ClientInfo })),
  leave: optional(message({ info: ClientInfo })),
  unsubscribe: optional(message({ code: int, reason: string })),
  message: optional(DataResult),
  subscribe: optional(
    message({ recoverable: bool, epoch: string, offset: int, positioned: bool, data: raw }),
  ),
  refresh: optional(Expiry),
  disconnect: optional(message({ code: int, reason: string, reconnect: bool })),
})

const Reply = message({
  id: int,
  error: optional(ErrorReply),
  push: optional(Push),
  connect: optional(ConnectResult),
  subscribe: optional(SubscribeResult),
  unsubscribe: optional(Empty),
  publish: optional(Empty),
  presence: optional(PresenceResult),
  presence_stats: optional(PresenceStatsResult),
  history: optional(HistoryResult),
  rpc: optional(DataResult),
  refresh: optional(Expiry),
  sub_refresh: optional(Expiry),
})

/** Who published, joined or left. */
export type ClientInfo = WrittenAs<typeof ClientInfo>
/** A publication as clients see it. */
export type Publication = WrittenAs<typeof Publication>
export type ConnectResult = WrittenAs<typeof ConnectResult>
export type SubscribeResult = WrittenAs<typeof SubscribeResult>
export type HistoryResult = WrittenAs<typeof HistoryResult>
/** When a connection or a subscription expires: `ttl` in seconds. */
export type Expiry = WrittenAs<typeof Expiry>
export type ErrorReply = WrittenAs<typeof ErrorReply>

type Results = {
  readonly connect: ConnectResult
  readonly subscribe: SubscribeResult
  readonly unsubscribe: WrittenAs<typeof Empty>
  readonly publish: WrittenAs<typeof Empty>
  readonly presence: WrittenAs<typeof PresenceResult>
  readonly presence_stats: WrittenAs<typeof PresenceStatsResult>
  readonly history: HistoryResult
  readonly rpc: WrittenAs<typeof DataResult>
  readonly refresh: Expiry
  readonly sub_refresh: Expiry
}
/** The one result of a reply, under the name of its command. */
export type Result = { [M in keyof Results]: { readonly [K in M]: Results[M] } }[keyof Results]
/** What answers a command: its id with its result or an error. */
export type Reply = { readonly id: number } & (Result | { readonly error: ErrorReply })

/** What the server says unasked. Channels stand outside, as connection pushes have none. */
export type Push =
  | { readonly channel: string; readonly pub: Publication }
  | { readonly channel: string; readonly join: { readonly info: ClientInfo } }
  | { readonly channel: string; readonly leave: { readonly info: ClientInfo } }
  | {
      readonly channel?: string
      readonly unsubscribe: { readonly code: number; readonly reason: string }
    }
  | { readonly channel: string; readonly subscribe: SubscribeResult }
  | { readonly refresh: Expiry }
  | { readonly disconnect: { readonly code: number; readonly reason: string } }

/** The JSON text of a reply, without line breaks. */
export function encodeReply(reply: Reply): string {
  return Reply.encode(reply)
}

/** The JSON text of a push, without line breaks. */
export function encodePush(push: Push): string {
  return Reply.encode({ push })
}

/** A ping of the server: an empty reply, which the client answers with an empty command. */
export const PING = "{}"
