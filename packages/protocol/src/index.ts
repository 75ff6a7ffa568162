export { decodeBase64 } from "./base64.js"
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
  decodeBinaryEmulation,
  decodeCommands,
  decodeConnectRequest,
  decodeEmulation,
  type EmulationRequest,
  type Method,
  type Pong,
  type Request,
  type TagsFilter,
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
  encodePushJson,
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
export { MAKE_A_SECRET, weaknessesOf } from "./tokens/secret-strength.js"
export {
  type ConnectionTokenInput,
  type SubscriptionGrantInput,
  type SubscriptionTokenInput,
  signConnectionToken,
  signSubscriptionToken,
} from "./tokens/sign-token.js"
export {
  grantFields,
  overrideOf,
  type SubscriptionGrant,
  type SubscriptionOverride,
} from "./tokens/subscription-grant.js"
export type { ConnectionClaims, SubscriptionClaims, TokenClaims } from "./tokens/token-claims.js"
export { TokenError } from "./tokens/token-error.js"
export { type TokenOptions, TokenOptionsError } from "./tokens/token-options.js"
export { type TokenVerifier, tokenVerifier } from "./tokens/token-verifier.js"
export { type EventInput, type WrittenEnvelope, writeEnvelope } from "./write-envelope.js"
