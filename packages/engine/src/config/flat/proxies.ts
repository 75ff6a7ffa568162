import { isObject, type Json, type JsonObject, valueAt, withValue } from "../json.js"

/** Settings of a proxy that are elsewhere now. */
const moved: ReadonlyMap<string, string> = new Map([
  ["static_http_headers", "http.static_headers"],
  ["http_status_code_transforms", "http.status_to_code_transforms"],
  ["http_status_to_code_transforms", "http.status_to_code_transforms"],
  ["grpc_compression", "grpc.compression"],
  ["grpc_credentials_key", "grpc.credentials_key"],
  ["grpc_credentials_value", "grpc.credentials_value"],
])
/** Settings that proxies without a name shared, as `proxy_…`. */
const shared =
  /^proxy_(http_headers|static_http_headers|http_status_code_transforms|binary_encoding|include_connection_meta|grpc_(?:metadata|compression|tls|credentials_key|credentials_value))$/

const places = [
  "client.proxy.connect",
  "client.proxy.refresh",
  "channel.proxy.subscribe",
  "channel.proxy.publish",
  "channel.proxy.sub_refresh",
  "channel.proxy.subscribe_stream",
  "rpc.proxy",
]

/** Whether a key from before v6 says how proxies are used. */
export function isProxyKey(key: string): boolean {
  return shared.test(key) || /^((connect|refresh|rpc)_proxy_name|granular_proxy_mode)$/.test(key)
}

/** A proxy of the list as v6 writes it. */
export function migrateProxy(flat: Json): Json {
  if (!isObject(flat)) return flat
  return Object.entries(flat).reduce<JsonObject>((proxy, [key, value]) => {
    if (key !== "grpc_tls") return withValue(proxy, moved.get(key) ?? key, value)
    return withValue(proxy, "grpc.tls", isObject(value) ? value : { enabled: value })
  }, {})
}

/**
 * Makes proxies work as they did: those with an endpoint get what all shared and are switched on, and
 * those that are named take the place of the named one.
 * @param config what was migrated so far, endpoints and the list of proxies included
 */
export function migrateProxyUse(config: JsonObject, flat: JsonObject): JsonObject {
  const settings = migrateProxy(
    Object.fromEntries(
      Object.entries(flat).flatMap(([key, value]) => {
        const name = shared.exec(key)?.[1]
        return name === undefined ? [] : [[name, value]]
      }),
    ),
  )
  const complete = places.reduce((so, place) => {
    const proxy = valueAt(so, place)
    if (!isObject(proxy) || !proxy.endpoint || !isObject(settings)) return so
    const isSwitched = place.startsWith("client.")
    return withValue(so, place, { ...(isSwitched && { enabled: true }), ...proxy, ...settings })
  }, config)
  return nameProxies(complete, flat)
}

function nameProxies(config: JsonObject, flat: JsonObject): JsonObject {
  if (flat.granular_proxy_mode !== true) {
    return flat.proxy_rpc_endpoint ? switchRpcOn(config) : config
  }
  const list = Array.isArray(config.proxies) ? config.proxies : []
  const named = (["connect", "refresh"] as const).reduce((so, event) => {
    const proxy = list.find((one) => isObject(one) && one.name === flat[`${event}_proxy_name`])
    if (!isObject(proxy)) return so
    const { name: _, ...settings } = proxy
    return withValue(so, `client.proxy.${event}`, { enabled: true, ...settings })
  }, config)
  const rpc = flat.rpc_proxy_name
  if (!rpc) return named
  return withValue(named, "rpc.without_namespace", { proxy_enabled: true, proxy_name: rpc })
}

function switchRpcOn(config: JsonObject): JsonObject {
  const on = withValue(config, "rpc.without_namespace.proxy_enabled", true)
  const namespaces = valueAt(on, "rpc.namespaces")
  if (!Array.isArray(namespaces)) return on
  const all = namespaces.map((one) => (isObject(one) ? { ...one, proxy_enabled: true } : one))
  return withValue(on, "rpc.namespaces", all)
}
