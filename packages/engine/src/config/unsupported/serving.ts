import { notEnabled } from "./switches.js"
import { tls } from "./tls.js"
import type { Unsupported } from "./unsupported.js"

/** Ways to be reached. */
export const unsupportedServing: readonly Unsupported[] = [
  {
    at: ["http_server.tls", "http_server.internal_tls"],
    thing: "TLS",
    instead: "put a proxy in front that ends TLS, such as nginx or Caddy",
    keys: tls,
    offBy: notEnabled,
  },
  {
    at: ["http_server.tls_autocert"],
    thing: "certificates from Let's Encrypt",
    instead: "put a proxy in front that fetches them, such as Caddy",
    keys: {
      enabled: false,
      host_whitelist: [],
      cache_dir: "",
      email: "",
      server_name: "",
      http: false,
      http_addr: ":80",
    },
    offBy: notEnabled,
  },
  {
    at: ["http_server"],
    thing: "TLS, HTTP/2 and HTTP/3",
    instead: "put a proxy in front that speaks them",
    keys: { tls_external: false, h2c_external: false, http3: { enabled: false } },
  },
  {
    at: ["grpc_api"],
    thing: "the gRPC API",
    instead: "use the HTTP API",
    keys: {
      enabled: false,
      error_mode: "",
      address: "",
      port: 10_000,
      key: "",
      tls,
      reflection: false,
      max_receive_message_size: 0,
    },
    offBy: notEnabled,
  },
  {
    at: ["uni_grpc"],
    thing: "the unidirectional gRPC transport",
    instead: "use uni_websocket, uni_sse or uni_http_stream",
    keys: { enabled: false, address: "", port: 11_000, max_receive_message_size: 0, tls },
    offBy: notEnabled,
  },
  {
    at: ["webtransport"],
    thing: "WebTransport",
    instead: "use websocket, http_stream or sse",
    keys: {
      enabled: false,
      handler_prefix: "/connection/webtransport",
      message_size_limit: 65_536,
    },
    offBy: notEnabled,
  },
  {
    at: ["consumers[]"],
    thing: "consumers of queues",
    instead: "publish over the HTTP API",
    keys: { name: "", enabled: false, type: "" },
    offBy: notEnabled,
    isOpen: true,
  },
  {
    at: ["init"],
    thing: "an address to warm connections up",
    instead: "let health.enabled answer",
    keys: { enabled: false, handler_prefix: "/connection/init" },
    offBy: notEnabled,
  },
]
