import { grantFields, shape } from "@instant-ws/protocol"

// The bodies that proxies send and get, named and shaped as Centrifugo's.

const { bool, int, jsonMessage, list, map, optional, payload, string } = shape

/** What is asked: fields that don't belong to the question are left out. */
export const ProxyRequest = jsonMessage({
  client: string,
  transport: string,
  protocol: string,
  encoding: string,
  user: optional(string),
  name: string,
  version: string,
  method: string,
  channel: string,
  channels: list(string),
  data: payload,
  b64data: string,
  meta: payload,
})
/** What is asked. */
export type ProxyRequest = shape.WrittenAs<typeof ProxyRequest>

const expiry = jsonMessage({ expired: bool, expire_at: int, info: payload, b64info: string })

/** The results by question. */
export const proxyResults = {
  connect: jsonMessage({
    user: string,
    expire_at: int,
    info: payload,
    b64info: string,
    data: payload,
    b64data: string,
    meta: payload,
    channels: list(string),
    subs: map(jsonMessage({ ...grantFields, cache_recover: bool })),
  }),
  refresh: expiry,
  subscribe: jsonMessage({ ...grantFields, expire_at: int }),
  sub_refresh: expiry,
  publish: jsonMessage({
    data: payload,
    b64data: string,
    skip_history: bool,
    tags: map(string),
    idempotency_key: string,
    delta: bool,
  }),
  rpc: jsonMessage({ data: payload, b64data: string }),
} as const

/** The names of the questions. */
export type Question = keyof typeof proxyResults
/** What a backend answers to a question. */
export type ProxyResult<Q extends Question> = shape.ReadAs<(typeof proxyResults)[Q]>

const errorReply = optional(jsonMessage({ code: int, message: string, temporary: bool }))
const disconnectReply = optional(jsonMessage({ code: int, reason: string }))

/** The frame around a result. */
export const ProxyReply = jsonMessage({
  result: payload,
  error: errorReply,
  disconnect: disconnectReply,
})
