export {
  type ChannelName,
  type ChannelSyntax,
  defaultSyntax,
  parseChannelName,
} from "./channel-name.js"
export {
  BadFrameError,
  type Command,
  type CommandOf,
  decodeBinaryCommands,
  decodeCommands,
  type Method,
  type Pong,
  type Request,
} from "./command.js"
export { type Disconnect, DisconnectError, disconnects, unsubscribes } from "./disconnects.js"
export { type Envelope, EnvelopeError, readEnvelope } from "./envelope.js"
export { type ErrorCode, errors, ProtocolError } from "./errors.js"
export {
  NotJsonError,
  type Payload,
  parseRawJson,
  payloadBytes,
  payloadJson,
  type RawJson,
  toRawJson,
} from "./payload.js"
export {
  ClientInfo,
  type ConnectResult,
  type ErrorReply,
  type Expiry,
  encodeBinary,
  encodeJson,
  type HistoryResult,
  Publication,
  type Push,
  ping,
  type Reply,
  type Result,
  type ServerMessage,
  type SubscribeResult,
} from "./reply.js"
export * as shape from "./shape/index.js"
export {
  type ConnectionClaims,
  type SubscriptionClaims,
  signConnectionToken,
  signSubscriptionToken,
  TokenError,
  type TokenVerifier,
  tokenVerifier,
} from "./tokens.js"
export { type EventInput, writeEnvelope } from "./write-envelope.js"
