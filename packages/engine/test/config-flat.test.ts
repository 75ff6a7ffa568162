import { describe, expect, test } from "vitest"
import { ConfigError, checkConfig, type JsonObject, migrateFlatConfig } from "../src/index.js"

/** A flat file as v6 writes it, which is checked. */
function migrate(flat: JsonObject): JsonObject {
  const { config } = migrateFlatConfig(flat)
  checkConfig(config)
  return config
}

const v4: JsonObject = {
  token_hmac_secret_key: "secret",
  admin_password: "password",
  admin_secret: "secret",
  api_key: "key",
  allowed_origins: ["https://a.test"],
}

describe("a flat configuration of before v6", () => {
  test("is refused with the place that each key has now", () => {
    const flat = { ...v4, sse: true, namespaces: [], protected: true, gomaxprocs: 2 }
    expect(() => checkConfig(flat)).toThrow(ConfigError)
    for (const line of [
      "- token_hmac_secret_key: is from before Centrifugo v6: now client.token.hmac_secret_key",
      "- api_key: is from before Centrifugo v6: now http_api.key",
      "- allowed_origins: is from before Centrifugo v6: now client.allowed_origins",
      "- sse: is from before Centrifugo v6: now sse.enabled",
      "- namespaces: is from before Centrifugo v6: now channel.namespaces",
      "- protected: is from before Centrifugo v6: now the opposite of channel.without_namespace",
      "- gomaxprocs: is from before Centrifugo v6: nothing has its place; leave it out",
      "\nKeys from before v6: `instant checkconfig --migrate`",
    ]) {
      expect(() => checkConfig(flat)).toThrow(line)
    }
  })

  test.each([
    ["address", "http_server.address"],
    ["tls_cert", "http_server.tls.cert_pem"],
    ["engine", "engine.type"],
    ["redis_address", "engine.redis.address"],
    ["nats_url", "broker.nats.url"],
    ["name", "node.name"],
    ["log_level", "log.level"],
    ["ping_interval", "client.ping_interval"],
    ["client_channel_limit", "client.channel_limit"],
    ["client_anonymous", "client.allow_anonymous_connect_without_token"],
    ["separate_subscription_token_config", "client.subscription_token.enabled"],
    ["subscription_token_audience", "client.subscription_token.audience"],
    ["user_subscribe_to_personal", "client.subscribe_to_user_personal_channel.enabled"],
    [
      "user_personal_channel_namespace",
      "client.subscribe_to_user_personal_channel.personal_channel_namespace",
    ],
    ["channel_max_length", "channel.max_length"],
    ["global_history_meta_ttl", "channel.history_meta_ttl"],
    ["history_size", "channel.without_namespace.history_size"],
    ["proxy_connect_endpoint", "client.proxy.connect.endpoint"],
    ["proxy_subscribe", "channel.without_namespace.subscribe_proxy_enabled"],
    ["rpc_namespaces", "rpc.namespaces"],
    ["websocket_disable", "websocket.disabled"],
    ["uni_sse_handler_prefix", "uni_sse.handler_prefix"],
    ["api_disable", "http_api.disabled"],
    ["grpc_api", "grpc_api.enabled"],
    ["usage_stats_disable", "usage_stats.disabled"],
  ])("had %s, which is now %s", (key, now) => {
    expect(() => checkConfig({ [key]: "value" })).toThrow(`before Centrifugo v6: now ${now}`)
  })
})

describe("migrating it", () => {
  test("puts keys in their places, and values as they are written now", () => {
    const flat = {
      ...v4,
      port: "9000",
      sse: true,
      prometheus: true,
      ping_interval: "20s",
      allow_subscribe_for_client: true,
      history_size: 10,
      history_ttl: "60s",
      namespaces: [{ name: "chat", presence: true }],
    }
    expect(migrate(flat)).toEqual({
      client: {
        token: { hmac_secret_key: "secret" },
        allowed_origins: ["https://a.test"],
        ping_interval: "20s",
      },
      admin: { password: "password", secret: "secret", enabled: false },
      http_api: { key: "key" },
      http_server: { port: 9_000 },
      sse: { enabled: true },
      prometheus: { enabled: true },
      channel: {
        without_namespace: {
          allow_subscribe_for_client: true,
          history_size: 10,
          history_ttl: "60s",
        },
        namespaces: [{ name: "chat", presence: true }],
      },
    })
  })

  test("leaves what is of v6 alone", () => {
    const config = { client: { token: { hmac_secret_key: "secret" } }, pid_file: "pid" }
    expect(migrateFlatConfig(config)).toEqual({ config, notes: [] })
  })

  test("says what it left out", () => {
    const { config, notes } = migrateFlatConfig({ sockjs: true, no_such_key: 1, api_key: null })
    expect(config).toEqual({})
    expect(notes).toEqual([
      "sockjs was left out: v6 has no place for it",
      "no_such_key was left out: v6 has no place for it",
    ])
  })

  test("allows in so many words what v3 didn't forbid", () => {
    const flat = {
      client_anonymous: true,
      namespaces: [
        { name: "open", publish: true, anonymous: true, presence: true },
        { name: "closed", protected: true, presence: true, presence_disable_for_client: true },
        { name: "kept", history_size: 10, history_ttl: "60s", recover: true, position: true },
        { name: "talk", publish: true, subscribe_to_publish: true, join_leave: true },
      ],
    }
    const may = { allow_user_limited_channels: true, allow_subscribe_for_client: true }
    expect(migrate(flat)).toEqual({
      client: { allow_anonymous_connect_without_token: true },
      channel: {
        without_namespace: may,
        namespaces: [
          {
            ...may,
            name: "open",
            presence: true,
            allow_subscribe_for_anonymous: true,
            allow_publish_for_client: true,
            allow_publish_for_anonymous: true,
            allow_presence_for_subscriber: true,
            allow_presence_for_anonymous: true,
          },
          { name: "closed", presence: true, allow_user_limited_channels: true },
          {
            ...may,
            name: "kept",
            history_size: 10,
            history_ttl: "60s",
            force_recovery: true,
            force_positioning: true,
            allow_history_for_subscriber: true,
            allow_history_for_anonymous: true,
          },
          {
            ...may,
            name: "talk",
            join_leave: true,
            force_push_join_leave: true,
            allow_publish_for_subscriber: true,
            allow_publish_for_anonymous: true,
          },
        ],
      },
    })
  })

  test("gives each proxy what all shared, and switches it on", () => {
    const flat = {
      proxy_connect_endpoint: "http://backend/connect",
      proxy_subscribe_endpoint: "http://backend/subscribe",
      proxy_subscribe_timeout: "2s",
      proxy_rpc_endpoint: "http://backend/rpc",
      proxy_http_headers: ["Cookie"],
      proxy_static_http_headers: { "X-Key": "1" },
      namespaces: [{ name: "chat", proxy_subscribe: true }],
      rpc_namespaces: [{ name: "chat" }],
    }
    const shared = { http_headers: ["Cookie"], http: { static_headers: { "X-Key": "1" } } }
    expect(migrate(flat)).toEqual({
      client: {
        proxy: { connect: { enabled: true, endpoint: "http://backend/connect", ...shared } },
      },
      channel: {
        proxy: {
          subscribe: { endpoint: "http://backend/subscribe", timeout: "2s", ...shared },
        },
        namespaces: [{ name: "chat", subscribe_proxy_enabled: true }],
      },
      rpc: {
        proxy: { endpoint: "http://backend/rpc", ...shared },
        without_namespace: { proxy_enabled: true },
        namespaces: [{ name: "chat", proxy_enabled: true }],
      },
    })
  })

  test("keeps proxies that had names", () => {
    const backend = { endpoint: "http://backend/", http_headers: ["Cookie"] }
    const flat = {
      granular_proxy_mode: true,
      proxies: [{ name: "backend", ...backend, static_http_headers: { "X-Key": "1" } }],
      connect_proxy_name: "backend",
      rpc_proxy_name: "backend",
      namespaces: [{ name: "chat", publish_proxy_name: "backend", subscribe_proxy_name: "" }],
      rpc_namespaces: [{ name: "chat", rpc_proxy_name: "backend" }],
    }
    const now = { ...backend, http: { static_headers: { "X-Key": "1" } } }
    expect(migrate(flat)).toEqual({
      proxies: [{ name: "backend", ...now }],
      client: { proxy: { connect: { enabled: true, ...now } } },
      channel: {
        namespaces: [{ name: "chat", publish_proxy_enabled: true, publish_proxy_name: "backend" }],
      },
      rpc: {
        without_namespace: { proxy_enabled: true, proxy_name: "backend" },
        namespaces: [{ name: "chat", proxy_enabled: true, proxy_name: "backend" }],
      },
    })
  })

  test("names what this engine lacks by its place in v6", () => {
    const { config } = migrateFlatConfig({ engine: "redis", redis_address: "a:6379,b:6379" })
    expect(config).toEqual({ engine: { type: "redis", redis: { address: ["a:6379", "b:6379"] } } })
    expect(() => checkConfig(config)).toThrow("- engine.type: Centrifugo has the Redis engine")
  })
})
