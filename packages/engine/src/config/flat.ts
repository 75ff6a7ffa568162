import { flatTarget } from "./flat/places.js"
import { isProxyKey, migrateProxy, migrateProxyUse } from "./flat/proxies.js"
import { fromV3Options, v3Options } from "./flat/v3-options.js"
import { isObject, type Json, type JsonObject, valueAt, withValue } from "./json.js"
import { type Form, keysUnder, knownKeys } from "./known-keys.js"

/** A configuration from before v6, as v6 writes it. */
export interface Migration {
  readonly config: JsonObject
  /** A sentence for each key that was left out. */
  readonly notes: readonly string[]
}

const WITHOUT_NAMESPACE = "channel.without_namespace"

/**
 * Writes a flat configuration of Centrifugo v3–v5 in the v6 layout; what is in that layout already
 * stays. What v3 allowed unless it was forbidden is allowed in so many words. The result is yet to be
 * checked.
 */
export function migrateFlatConfig(flat: JsonObject): Migration {
  const notes: string[] = []
  const keys = Object.entries(flat).filter(([, value]) => value !== null)
  let config: JsonObject = Object.fromEntries(keys.filter(([key, value]) => isV6(key, value)))
  for (const [key, value] of keys) {
    const target = targetOf(key, flat)
    if (isV6(key, value) || isProxyKey(key) || isOption(key, target)) continue
    if (target !== undefined) config = put(config, target, value)
    else notes.push(`${key} was left out: v6 has no place for it`)
  }
  config = withOptions(config, flat)
  config = withLists(config, flat)
  config = migrateProxyUse(config, flat)
  return { config: withSwitches(config, flat), notes }
}

function isV6(key: string, value: Json): boolean {
  const known = knownKeys.keys.get(key)
  return known !== undefined && (known.kind !== "section" || isObject(value))
}

function targetOf(key: string, flat: JsonObject): string | undefined {
  if (key === "history_meta_ttl" && isFromV3(flat)) return "channel.history_meta_ttl"
  return flatTarget(key)
}

function isOption(key: string, target: string | undefined): boolean {
  return v3Options.has(key) || (target?.startsWith(`${WITHOUT_NAMESPACE}.`) ?? false)
}

function isFromV3(flat: JsonObject): boolean {
  const namespaces = Array.isArray(flat.namespaces) ? flat.namespaces : []
  const sets = [flat, ...namespaces.filter(isObject)]
  return (
    "client_anonymous" in flat ||
    sets.some((set) => Object.keys(set).some((key) => v3Options.has(key)))
  )
}

/** What channels without a namespace allow and keep. */
function withOptions(config: JsonObject, flat: JsonObject): JsonObject {
  const options = Object.entries(flat).filter(
    ([key, value]) => value !== null && isOption(key, targetOf(key, flat)),
  )
  const migrated = migrateOptions(Object.fromEntries(options), flat)
  return Object.entries(migrated).reduce(
    (so, [key, value]) => put(so, `${WITHOUT_NAMESPACE}.${key}`, value),
    config,
  )
}

function migrateOptions(options: JsonObject, flat: JsonObject): JsonObject {
  const isGranular = flat.granular_proxy_mode === true
  const migrated: [string, Json][] = []
  for (const [key, value] of Object.entries(options)) {
    const event = /^(\w+)_proxy_name$/.exec(key)?.[1]
    if (v3Options.has(key)) continue
    if (event === undefined) migrated.push([optionName(key), value])
    else if (isGranular && value) migrated.push([key, value], [`${event}_proxy_enabled`, true])
  }
  const v3 = isFromV3(flat) ? fromV3Options(options) : {}
  return { ...Object.fromEntries(migrated), ...v3 }
}

function optionName(key: string): string {
  return key
    .replace(/^proxy_(subscribe|publish|sub_refresh|subscribe_stream)$/, "$1_proxy_enabled")
    .replace(/^proxy_(subscribe_stream)_(bidirectional)$/, "$1_proxy_$2")
}

function withLists(config: JsonObject, flat: JsonObject): JsonObject {
  const migrations: ReadonlyArray<readonly [string, (item: JsonObject) => Json]> = [
    ["channel.namespaces", (item) => migrateOptions(item, flat)],
    ["rpc.namespaces", migrateRpcNamespace],
    ["proxies", migrateProxy],
    ["consumers", ({ disabled, ...item }) => ({ enabled: disabled !== true, ...item })],
  ]
  return migrations.reduce((so, [place, migrate]) => {
    const list = valueAt(so, place)
    if (!Array.isArray(list)) return so
    return withValue(
      so,
      place,
      list.map((item) => (isObject(item) ? migrate(item) : item)),
    )
  }, config)
}

function migrateRpcNamespace({ rpc_proxy_name, ...item }: JsonObject): Json {
  return rpc_proxy_name ? { ...item, proxy_enabled: true, proxy_name: rpc_proxy_name } : item
}

/** Says what followed from other keys, or from nothing. */
function withSwitches(config: JsonObject, flat: JsonObject): JsonObject {
  const { admin, broker } = config
  const withAdmin =
    isObject(admin) && !("enabled" in admin) ? withValue(config, "admin.enabled", false) : config
  return isObject(broker) && typeof flat.broker === "string"
    ? withValue(withAdmin, "broker.enabled", flat.broker !== "")
    : withAdmin
}

/** Puts a value at a place, written as its key asks. A section that was a switch may be whole. */
function put(config: JsonObject, place: string, value: Json): JsonObject {
  if (isObject(value) && place.endsWith(".enabled")) {
    return withValue(config, place.replace(/\.enabled$/, ""), value)
  }
  const [, key] = [...keysUnder(knownKeys)].find(([known]) => known === place) ?? []
  return withValue(
    config,
    place,
    key === undefined || key.kind === "list" ? value : asWritten(key.form, value),
  )
}

/** Before v6 a port could be a text, and a list one text. */
function asWritten(form: Form, value: Json): Json {
  if (form === "text" && typeof value === "number") return `${value}`
  if (typeof value !== "string") return value
  if (form === "number" && /^\d+$/.test(value)) return Number(value)
  if (form === "flag" && /^(true|false)$/.test(value)) return value === "true"
  return form === "list" ? value.split(/[\s,]+/).filter((item) => item !== "") : value
}
