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
  decodeCommands,
  type Method,
  type Pong,
  type Request,
} from "./command.js"
export { type Disconnect, DisconnectError, disconnects, unsubscribes } from "./disconnects.js"
export { type Envelope, EnvelopeError, readEnvelope } from "./envelope.js"
export { type ErrorCode, errors, ProtocolError } from "./errors.js"
export { parseRawJson, type RawJson, toRawJson } from "./raw-json.js"
export {
  type ClientInfo,
  type ConnectResult,
  type ErrorReply,
  type Expiry,
  encodePush,
  encodeReply,
  type HistoryResult,
  PING,
  type Publication,
  type Push,
  type Reply,
  type Result,
  type SubscribeResult,
} from "./reply.js"
export * as shape from "./shape.js"
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
