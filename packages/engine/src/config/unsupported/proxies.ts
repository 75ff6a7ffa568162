import type { JsonObject } from "../json.js"
import { notEnabled } from "./switches.js"
import { tls } from "./tls.js"
import type { Unsupported } from "./unsupported.js"

const proxies = [
  "client.proxy.connect",
  "client.proxy.refresh",
  "channel.proxy.subscribe",
  "channel.proxy.publish",
  "channel.proxy.sub_refresh",
  "rpc.proxy",
  "proxies[]",
]

const grpcProxy = {
  grpc_metadata: [],
  grpc: {
    tls,
    credentials_key: "",
    credentials_value: "",
    compression: false,
    static_metadata: {},
  },
} satisfies JsonObject

const proxy = {
  endpoint: "",
  timeout: "1s",
  http_headers: [],
  emulated_headers: [],
  binary_encoding: false,
  include_connection_meta: false,
  http: { tls, static_headers: {}, status_to_code_transforms: [] },
  ...grpcProxy,
} satisfies JsonObject

/** Ways to ask the backend. */
export const unsupportedProxies: readonly Unsupported[] = [
  {
    at: proxies,
    thing: "gRPC proxies",
    instead: "ask the backend over HTTP",
    keys: grpcProxy,
  },
  {
    at: proxies.map((place) => `${place}.http.tls`),
    thing: "certificates of its own for proxies",
    instead: "set NODE_EXTRA_CA_CERTS to the file of a private authority",
    keys: tls,
    offBy: notEnabled,
  },
  {
    at: ["channel.proxy"],
    thing: "subscribe-stream, map and shared-poll proxies",
    instead: "use the subscribe, publish and sub_refresh proxies",
    keys: {
      subscribe_stream: proxy,
      map_publish: proxy,
      map_remove: proxy,
      shared_poll_refresh: proxy,
    },
  },
]
