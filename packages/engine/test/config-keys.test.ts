import { generateKeyPairSync } from "node:crypto"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { isObject, type Json, type JsonObject, valueAt, withValue } from "../src/config/json.js"
import { keysUnder, knownKeys } from "../src/config/known-keys.js"
import { ConfigError, checkConfig, readConfig } from "../src/index.js"

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8")

/** Every key of Centrifugo v6 with its default. */
const { keys: defaults }: { readonly keys: JsonObject } = JSON.parse(
  read("./conformance/corpus/config-keys.json"),
)
const ROW = /^\| `([\w.]+)` \| `(.*)` \| (yes|no)\b.* \|$/gm
/** The rows of the table in the docs. */
const rows = [...read("../../../docs/configuration.md").matchAll(ROW)].map(
  ([, key = "", value = "", here = ""]) => ({ key, value, here }),
)
const supported = rows.filter(({ here }) => here === "yes")
const refused = rows.filter(({ here }) => here === "no")

/** Ours, and a section that isn't there by default, so that Centrifugo's list leaves it out. */
const isBeside = (key: string): boolean =>
  /^(client\.write_delay$|client\.limits\.|http_server\.accept_queue_size$|broker\.disk\.|broker\.redisnats\.)/.test(
    key,
  )

/** So complete that any one key may be changed. */
const base: JsonObject = {
  client: {
    proxy: { connect: { endpoint: "http://base/" }, refresh: { endpoint: "http://base/" } },
  },
  channel: {
    without_namespace: {
      history_size: 5,
      history_ttl: "5s",
      force_recovery: true,
      force_recovery_mode: "cache",
    },
    proxy: {
      subscribe: { endpoint: "http://base/" },
      publish: { endpoint: "http://base/" },
      sub_refresh: { endpoint: "http://base/" },
    },
  },
  rpc: { proxy: { endpoint: "http://base/" } },
  proxies: [{ name: "backend", endpoint: "http://base/" }],
}

const publicKeyOf = (pair: ReturnType<typeof generateKeyPairSync>): string =>
  pair.publicKey.export({ type: "spki", format: "pem" }).toString()
const status = [{ code: 109, to: { status_code: 401 } }]

/** Values for keys that don't take just any. */
const examples: ReadonlyArray<readonly [key: RegExp, value: Json]> = [
  [/^log\.level$/, "warn"],
  [/^http_api\.error_mode$/, "transport"],
  [/\.internal_port$/, "9000"],
  [/\.publication_data_format$/, "json"],
  [/\.force_recovery_mode$/, "cache"],
  [/history_meta_ttl$/, "7s"],
  [/\.allowed_delta_types$/, ["fossil"]],
  [/\.rsa_public_key$/, publicKeyOf(generateKeyPairSync("rsa", { modulusLength: 2048 }))],
  [/\.ecdsa_public_key$/, publicKeyOf(generateKeyPairSync("ec", { namedCurve: "P-256" }))],
  [/endpoint$/, "http://other/"],
  [/proxy_name$/, "backend"],
  [/\.namespaces$/, [{ name: "chat" }]],
  [/^proxies$/, [{ name: "other", endpoint: "http://other/" }]],
  [/^consumers$/, [{ name: "other", enabled: true }]],
  [/\.status_to_code_transforms$/, [{ status_code: 404, to_error: { code: 1404 } }]],
  [/\.connect_code_to_http_response\.transforms$/, status],
  [/_disconnect\.transforms$/, [{ code: 109, to: { code: 4109 } }]],
]

/** Another value than the default. */
function otherThan(key: string): Json {
  const example = examples.find(([pattern]) => pattern.test(key))
  if (example !== undefined) return example[1]
  const value = defaults[key]
  if (typeof value === "boolean") return !value
  if (typeof value === "number") return value + 1
  if (typeof value === "string") return /^\d+\w*s$/.test(value) ? "9s" : "other"
  return isObject(value) ? { name: "other" } : ["other"]
}

/** The keys that are wrong in a configuration. */
function wrongKeys(config: JsonObject): readonly string[] {
  try {
    checkConfig(config)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes.map(({ key }) => key)
    throw error
  }
}

describe("the table of keys", () => {
  test("is Centrifugo's list", () => {
    const listed = Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value)]))
    expect(listed).toEqual(defaults)
    expect(rows.length).toBe(Object.keys(defaults).length)
  })

  test("is the code's list", () => {
    const folded = [...keysUnder(knownKeys)].map(([key]) =>
      key.replace(/tls\.(\w+_pem|insecure_skip_verify|server_name)$/, "tls.enabled"),
    )
    const listed = rows.map(({ key }) => key)
    const known = new Set(folded.filter((key) => !isBeside(key)))
    expect([...known].sort()).toEqual(listed.sort())
  })

  test("as Centrifugo writes it itself is a configuration that changes nothing", () => {
    const whole = Object.entries(defaults).reduce<JsonObject>(
      (config, [key, value]) => withValue(config, key, value),
      {},
    )
    checkConfig(whole)
    expect(readConfig(whole)).toEqual(readConfig({}))
  })
})

describe("a key that is supported", () => {
  const usual: unknown = readConfig({})

  test.each(supported)("$key", ({ key }) => {
    const config = withValue(base, key, otherThan(key))
    expect(wrongKeys(config)).toEqual([])
    checkConfig(config)
    const result: unknown = readConfig(config)
    if (!isObject(result) || !isObject(usual)) throw new Error("there is no result")
    expect(valueAt(result, key)).not.toEqual(valueAt(usual, key))
  })
})

describe("a key that asks for what this engine lacks", () => {
  test.each(refused)("$key", ({ key }) => {
    const wrong = wrongKeys(withValue({}, key, otherThan(key)))
    expect(wrong).toEqual([key === "consumers" ? "consumers[0].enabled" : key])
    expect(wrongKeys(withValue({}, key, defaults[key] ?? null))).toEqual([])
  })

  test("is named with what to do instead", () => {
    const tls = { http_server: { tls: { enabled: true, cert_pem: "cert.pem" } } }
    expect(() => checkConfig(tls)).toThrow(
      "- http_server.tls.enabled: Centrifugo has TLS, this engine doesn't: put a proxy in front",
    )
    expect(wrongKeys(tls)).toEqual(["http_server.tls.enabled"])
    expect(() => checkConfig({ engine: { redis: { address: ["redis://cache:6379"] } } })).toThrow(
      'leave it out, or set engine.type to "memory"',
    )
  })

  test("may stay where the thing is said to be off", () => {
    const off: JsonObject = {
      admin: { enabled: false, password: "password", secret: "secret" },
      engine: { type: "memory", redis: { address: ["redis://cache:6379"] } },
      broker: { enabled: false, type: "nats", nats: { url: "nats://queue:4222" } },
      graphite: { enabled: false, host: "graphite" },
      consumers: [
        { name: "queue", enabled: false, type: "kafka", kafka: { brokers: ["queue:1"] } },
      ],
      channel: { namespaces: [{ name: "chat", subscription_type: "stream" }] },
    }
    expect(wrongKeys(off)).toEqual([])
  })

  test("is found in each item of a list", () => {
    const item = { name: "chat", map: { mode: "ephemeral" } }
    const config = {
      channel: { namespaces: [{ name: "news" }, item] },
      proxies: [{ name: "backend", endpoint: "http://base/", grpc: { compression: true } }],
    }
    expect(wrongKeys(config)).toEqual([
      "channel.namespaces[1].map.mode",
      "proxies[0].grpc.compression",
    ])
  })
})
