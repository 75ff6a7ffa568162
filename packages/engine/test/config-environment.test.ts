import { describe, expect, test } from "vitest"
import { applyEnvironment, ConfigError, checkConfig, type JsonObject } from "../src/index.js"

/** What an environment makes of a configuration that says nothing. */
function fromEnvironment(environment: Readonly<Record<string, string>>): JsonObject {
  return applyEnvironment({}, environment).config
}

describe("the environment", () => {
  test("sets keys of every kind", () => {
    const config = fromEnvironment({
      CENTRIFUGO_CLIENT_TOKEN_HMAC_SECRET_KEY: "secret",
      CENTRIFUGO_CLIENT_ALLOWED_ORIGINS: "https://a.test https://b.test",
      CENTRIFUGO_CLIENT_CHANNEL_LIMIT: "5",
      CENTRIFUGO_CLIENT_PING_INTERVAL: "10s",
      CENTRIFUGO_CLIENT_INSECURE: "1",
      CENTRIFUGO_HTTP_SERVER_INTERNAL_PORT: "9000",
      CENTRIFUGO_CHANNEL_WITHOUT_NAMESPACE_PRESENCE: "true",
      CENTRIFUGO_CHANNEL_NAMESPACES: '[{"name":"chat","presence":true}]',
      CENTRIFUGO_CLIENT_PROXY_CONNECT_HTTP_STATIC_HEADERS: '{"X-Key":"1"}',
    })
    expect(config).toEqual({
      client: {
        token: { hmac_secret_key: "secret" },
        allowed_origins: ["https://a.test", "https://b.test"],
        channel_limit: 5,
        ping_interval: "10s",
        insecure: true,
        proxy: { connect: { http: { static_headers: { "X-Key": "1" } } } },
      },
      http_server: { internal_port: "9000" },
      channel: {
        without_namespace: { presence: true },
        namespaces: [{ name: "chat", presence: true }],
      },
    })
    checkConfig(config)
  })

  test("goes before the file, and leaves the rest of it and the file itself alone", () => {
    const file = { http_api: { key: "file", insecure: true } }
    const { config } = applyEnvironment(file, { CENTRIFUGO_HTTP_API_KEY: "environment" })
    expect(config).toEqual({ http_api: { key: "environment", insecure: true } })
    expect(file.http_api.key).toBe("file")
  })

  test("counts an empty variable as none", () => {
    const { config } = applyEnvironment(
      { http_api: { key: "file" } },
      { CENTRIFUGO_HTTP_API_KEY: "" },
    )
    expect(config).toEqual({ http_api: { key: "file" } })
  })

  test("sets options of one namespace or proxy by its name", () => {
    const file = { channel: { namespaces: [{ name: "my-chat.v2" }, { name: "news" }] } }
    const { config, warnings } = applyEnvironment(file, {
      CENTRIFUGO_CHANNEL_NAMESPACES_MY_CHAT_V2_HISTORY_SIZE: "10",
      CENTRIFUGO_PROXIES: "backend",
      CENTRIFUGO_PROXIES_BACKEND_ENDPOINT: "http://backend/",
    })
    expect(config).toEqual({
      channel: { namespaces: [{ name: "my-chat.v2", history_size: 10 }, { name: "news" }] },
      proxies: [{ name: "backend", endpoint: "http://backend/" }],
    })
    expect(warnings).toEqual([])
  })

  test("can ask for what this engine lacks, which is refused by the key's name", () => {
    const config = fromEnvironment({ CENTRIFUGO_ENGINE_TYPE: "redis" })
    expect(() => checkConfig(config)).toThrow("- engine.type: Centrifugo has the Redis engine")
  })

  test("with wrong values is refused with every variable named", () => {
    const wrong = {
      CENTRIFUGO_CLIENT_CHANNEL_LIMIT: "ten",
      CENTRIFUGO_CLIENT_INSECURE: "yes",
      CENTRIFUGO_CHANNEL_NAMESPACES: "[{",
      CENTRIFUGO_RPC_PROXY_HTTP_STATIC_HEADERS: "X-Key: 1",
    }
    expect(() => fromEnvironment(wrong)).toThrow(ConfigError)
    for (const mistake of [
      "- CENTRIFUGO_CLIENT_CHANNEL_LIMIT: must be a whole number",
      "- CENTRIFUGO_CLIENT_INSECURE: must be true or false",
      "- CENTRIFUGO_CHANNEL_NAMESPACES: must be a JSON list",
      "- CENTRIFUGO_RPC_PROXY_HTTP_STATIC_HEADERS: must be JSON",
    ]) {
      expect(() => fromEnvironment(wrong)).toThrow(mistake)
    }
  })

  test("is warned of where a variable is no key's, unless somebody else sets it", () => {
    const { warnings } = applyEnvironment(
      {},
      {
        CENTRIFUGO_API_KEY: "key",
        CENTRIFUGO_CLIENT_CHANNEL_LIMITS: "5",
        CENTRIFUGO_SERVICE_HOST: "10.0.0.1",
        CENTRIFUGO_PORT_8000_TCP: "tcp://10.0.0.1:8000",
        CENTRIFUGO_VAR_SECRET: "secret",
        CENTRIFUGE: "none",
      },
    )
    expect(warnings).toEqual([
      "CENTRIFUGO_API_KEY is the variable of no key; did you mean CENTRIFUGO_HTTP_API_KEY?",
      "CENTRIFUGO_CLIENT_CHANNEL_LIMITS is the variable of no key; did you mean CENTRIFUGO_CLIENT_CHANNEL_LIMIT?",
    ])
  })

  const reference = "$".concat("{CENTRIFUGO_VAR_TOKEN}")

  test("is put into static headers, where a variable that isn't set is a mistake", () => {
    const file = {
      proxies: [
        {
          name: "backend",
          http: { static_headers: { Authorization: `Bearer ${reference}` } },
        },
      ],
      client: { user_id_http_header: reference },
    }
    expect(applyEnvironment(file, { CENTRIFUGO_VAR_TOKEN: "token" }).config).toEqual({
      proxies: [{ name: "backend", http: { static_headers: { Authorization: "Bearer token" } } }],
      client: { user_id_http_header: reference },
    })
    expect(() => applyEnvironment(file, {})).toThrow(
      "- proxies[0].http.static_headers.Authorization: CENTRIFUGO_VAR_TOKEN is not set",
    )
  })
})
