import { keysUnder, knownKeys } from "../known-keys.js"
import { v3Options } from "./v3-options.js"

/** How the names before v6 begin that now begin otherwise. */
const beginnings: ReadonlyArray<readonly [now: string, before: string]> = [
  ["client.token.", "token_"],
  ["client.subscription_token.", "subscription_token_"],
  ["client.subscribe_to_user_personal_channel.", "user_"],
  ["channel.without_namespace.", ""],
  ["http_api.", "api_"],
  ["http_server.", ""],
  ["engine.redis.", "redis_"],
  ["broker.nats.", "nats_"],
]

/** Names that are another one now. */
const renamed: ReadonlyArray<readonly [before: string, now: string]> = [
  ["name", "node.name"],
  ["engine", "engine.type"],
  ["broker", "broker.type"],
  ["namespaces", "channel.namespaces"],
  ["allowed_origins", "client.allowed_origins"],
  ["ping_interval", "client.ping_interval"],
  ["pong_timeout", "client.pong_timeout"],
  ["allow_anonymous_connect_without_token", "client.allow_anonymous_connect_without_token"],
  ["disallow_anonymous_connection_tokens", "client.disallow_anonymous_connection_tokens"],
  ["client_anonymous", "client.allow_anonymous_connect_without_token"],
  ["separate_subscription_token_config", "client.subscription_token.enabled"],
  ["user_subscribe_to_personal", "client.subscribe_to_user_personal_channel.enabled"],
  [
    "user_personal_single_connection",
    "client.subscribe_to_user_personal_channel.single_connection",
  ],
  ["global_history_meta_ttl", "channel.history_meta_ttl"],
  ["global_presence_ttl", "engine.redis.presence_ttl"],
  ["presence_ttl", "engine.redis.presence_ttl"],
  ["global_redis_presence_user_mapping", "engine.redis.presence_user_mapping"],
  ["redis_use_lists", "engine.redis.history_use_lists"],
  ...["connect", "refresh"].flatMap((event) => proxyPlaces(event, `client.proxy.${event}`)),
  ...["subscribe", "publish", "sub_refresh", "subscribe_stream"].flatMap((event) => [
    ...proxyPlaces(event, `channel.proxy.${event}`),
    [`proxy_${event}`, `channel.without_namespace.${event}_proxy_enabled`] as const,
  ]),
  ...proxyPlaces("rpc", "rpc.proxy"),
]

/** Names that have no one place now. */
const scattered: ReadonlyMap<string, string> = new Map([
  ...v3Options,
  ["connect_proxy_name", "client.proxy.connect"],
  ["refresh_proxy_name", "client.proxy.refresh"],
  ["rpc_proxy_name", "rpc.without_namespace.proxy_name"],
  ["granular_proxy_mode", "nothing says it, as proxies always have names"],
  ["proxy_http_headers", "http_headers of each proxy"],
  ["proxy_static_http_headers", "http.static_headers of each proxy"],
  ["proxy_http_status_code_transforms", "http.status_to_code_transforms of each proxy"],
  ["proxy_binary_encoding", "binary_encoding of each proxy"],
  ["proxy_include_connection_meta", "include_connection_meta of each proxy"],
  ["proxy_grpc_metadata", "grpc_metadata of each proxy"],
  ["proxy_grpc_compression", "grpc.compression of each proxy"],
  ["proxy_grpc_tls", "grpc.tls of each proxy"],
  ["proxy_grpc_credentials_key", "grpc.credentials_key of each proxy"],
  ["proxy_grpc_credentials_value", "grpc.credentials_value of each proxy"],
])

/** Names of what is no more. */
const gone =
  /^(gomaxprocs|sockjs\w*|tarantool_\w+|shutdown_termination_delay|use_unlimited_history_by_default|(uni_)?websocket_ping_interval|proxy_grpc_cert_file|(grpc_api|uni_grpc)_tls_disable|redis_(read|write|idle)_timeout)$/

/** Made when a key is met that isn't of v6: most files have none, and an engine is to start soon. */
let places: ReadonlyMap<string, string> | undefined

/** Where a key from before v6 is now, if it is in just one place. */
export function flatTarget(key: string): string | undefined {
  places ??= new Map([...derivedPlaces(), ...renamed])
  return places.get(
    key
      .replace(/(tls_)(cert|key)$/, "$1$2_pem")
      .replace(/(tls_)root_ca(_pem)?$/, "$1server_ca_pem")
      .replace(/(tls_client_ca)$/, "$1_pem"),
  )
}

/** What to say of a key from before v6; undefined for others. */
export function flatPlace(key: string): string | undefined {
  const target = flatTarget(key)
  if (target !== undefined) return `now ${target}`
  const words = scattered.get(key)
  if (words !== undefined) return `now ${words}`
  return gone.test(key) ? "nothing has its place; leave it out" : undefined
}

function* derivedPlaces(): Generator<readonly [string, string]> {
  for (const [place] of keysUnder(knownKeys)) {
    const [now, before] = beginnings.find(([start]) => place.startsWith(start)) ?? ["", ""]
    const name = (before + place.slice(now.length)).replaceAll(".", "_")
    const flat = name.replace(/_enabled$/, "").replace(/_disabled$/, "_disable")
    if (flat !== place) yield [flat, place]
  }
}

function proxyPlaces(event: string, place: string): ReadonlyArray<readonly [string, string]> {
  return ["endpoint", "timeout"].map(
    (part) => [`proxy_${event}_${part}`, `${place}.${part}`] as const,
  )
}
