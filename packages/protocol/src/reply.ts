import { BinaryWriter } from "@bufbuild/protobuf/wire"
import {
  always,
  bool,
  int,
  list,
  map,
  message,
  optional,
  payload,
  shared,
  string,
  type WrittenAs,
} from "./shape/index.js"

// The replies and pushes of the Centrifuge client protocol, named, numbered and shaped as in its
// client.proto.

/** Who published, joined or left. */
export const ClientInfo = message({
  user: [1, always(string)],
  client: [2, always(string)],
  conn_info: [3, payload],
  chan_info: [4, payload],
})
/** A publication as clients see it. */
export const Publication = message({
  data: [4, payload],
  info: [5, optional(ClientInfo)],
  offset: [6, int],
  tags: [7, map(string)],
  delta: [8, bool],
  time: [9, int],
  channel: [10, string],
  epoch: [14, string],
  version: [16, int],
})
const ErrorReply = message({ code: [1, int], message: [2, string], temporary: [3, bool] })
const SubscribeResult = message({
  expires: [1, bool],
  ttl: [2, int],
  recoverable: [3, bool],
  epoch: [6, string],
  publications: [7, shared(list(Publication))],
  recovered: [8, bool],
  offset: [9, int],
  positioned: [10, bool],
  data: [11, payload],
  was_recovering: [12, bool],
  delta: [13, bool],
})
const ConnectResult = message({
  client: [1, string],
  version: [2, string],
  expires: [3, bool],
  ttl: [4, int],
  data: [5, payload],
  subs: [6, map(SubscribeResult)],
  ping: [7, int],
  pong: [8, bool],
  session: [9, string],
  node: [10, string],
  time: [11, int],
})
const Empty = message({})
const PresenceResult = message({ presence: [1, always(map(ClientInfo))] })
const PresenceStatsResult = message({ num_clients: [1, always(int)], num_users: [2, always(int)] })
const HistoryResult = message({
  publications: [1, always(list(Publication))],
  epoch: [2, string],
  offset: [3, always(int)],
})
const DataResult = message({ data: [1, payload] })
const Expiry = message({ expires: [1, bool], ttl: [2, int] })
/** Centrifugo numbers the fields of a refresh reply behind two that it leaves empty. */
const RefreshResult = message({ expires: [3, bool], ttl: [4, int] })
const SubscribePush = message({
  recoverable: [1, bool],
  epoch: [4, string],
  offset: [5, int],
  positioned: [6, bool],
  data: [7, payload],
})

const Push = message({
  channel: [2, string],
  pub: [4, optional(Publication)],
  join: [5, optional(message({ info: [1, ClientInfo] }))],
  leave: [6, optional(message({ info: [1, ClientInfo] }))],
  unsubscribe: [7, optional(message({ code: [2, int], reason: [3, string] }))],
  message: [8, optional(DataResult)],
  subscribe: [9, optional(SubscribePush)],
  connect: [10, optional(ConnectResult)],
  disconnect: [
    11,
    optional(message({ code: [1, int], reason: [2, string], reconnect: [3, bool] })),
  ],
  refresh: [12, optional(Expiry)],
})

const Reply = message({
  id: [1, int],
  error: [2, optional(ErrorReply)],
  push: [4, optional(Push)],
  connect: [5, optional(ConnectResult)],
  subscribe: [6, optional(SubscribeResult)],
  unsubscribe: [7, optional(Empty)],
  publish: [8, optional(Empty)],
  presence: [9, optional(PresenceResult)],
  presence_stats: [10, optional(PresenceStatsResult)],
  history: [11, optional(HistoryResult)],
  rpc: [13, optional(DataResult)],
  refresh: [14, optional(RefreshResult)],
  sub_refresh: [15, optional(Expiry)],
})

export type ClientInfo = WrittenAs<typeof ClientInfo>
export type Publication = WrittenAs<typeof Publication>
/** How a client is let in: who it is to the server, and its server-side subscriptions. */
export type ConnectResult = WrittenAs<typeof ConnectResult>
/** How a subscription begins: where in the stream, and what was missed. */
export type SubscribeResult = WrittenAs<typeof SubscribeResult>
/** A part of a channel's history, and where its stream stands. */
export type HistoryResult = WrittenAs<typeof HistoryResult>
/** When a connection or a subscription expires: `ttl` in seconds. */
export type Expiry = WrittenAs<typeof Expiry>
/** Why a command was refused. */
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

/** What the server says unasked. */
export type Push =
  | { readonly channel: string; readonly pub: Publication }
  | { readonly channel: string; readonly join: { readonly info: ClientInfo } }
  | { readonly channel: string; readonly leave: { readonly info: ClientInfo } }
  | { readonly channel: string; readonly subscribe: WrittenAs<typeof SubscribePush> }
  | {
      readonly channel?: string
      readonly unsubscribe: { readonly code: number; readonly reason: string }
    }
  | { readonly message: WrittenAs<typeof DataResult> }
  | { readonly connect: ConnectResult }
  | { readonly refresh: Expiry }
  | { readonly disconnect: { readonly code: number; readonly reason: string } }

/** What a server sends: a reply, a push, or the ping, an empty reply that asks for a pong. */
export type ServerMessage = Reply | { readonly push: Push } | typeof ping

/** The server's ping. */
export const ping = Object.freeze({})

/**
 * The JSON text of a server's message, without line breaks.
 * @throws NotJsonError when it carries a payload that is not JSON.
 */
export function encodeJson(serverMessage: ServerMessage): string {
  return Reply.encode(serverMessage)
}

/**
 * The JSON text of a message to a unidirectional client, who gets pushes as they are, and the ping.
 * @throws NotJsonError when it carries a payload that is not JSON.
 */
export function encodePushJson(serverMessage: ServerMessage): string {
  return "push" in serverMessage ? Push.encode(serverMessage.push) : Reply.encode(serverMessage)
}

/** The Protobuf bytes of a server's message, behind their length. */
export function encodeBinary(serverMessage: ServerMessage): Uint8Array {
  return new BinaryWriter().bytes(Reply.toBinary(serverMessage)).finish()
}
