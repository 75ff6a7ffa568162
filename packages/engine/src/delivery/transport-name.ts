/** The kinds of connections, as Centrifugo calls them. */
export const transportNames = [
  "websocket",
  "sse",
  "http_stream",
  "uni_websocket",
  "uni_sse",
  "uni_http_stream",
] as const

export type TransportName = (typeof transportNames)[number]
