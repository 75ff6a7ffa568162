import { describe, expect, test } from "vitest"
import {
  ConfigError,
  checkConfig,
  type EngineConfigInput,
  parseDuration,
  readConfig,
} from "../src/index.js"

/** What is wrong in a configuration: `key: problem` for each mistake. */
function mistakes(config: unknown): readonly string[] {
  try {
    checkConfig(config)
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.mistakes.map(({ key, problem }) => `${key}: ${problem}`)
    }
    throw error
  }
  return []
}

/** A configuration with one namespace. */
function namespace(options: object): unknown {
  return { channel: { namespaces: [{ name: "chat", ...options }] } }
}

const history = { history_size: 10, history_ttl: "60s" }

describe("durations", () => {
  test.each([
    ["25s", 25_000],
    ["1h30m", 5_400_000],
    ["720h0m0s", 2_592_000_000],
    ["0.3s", 300],
    [".5s", 500],
    ["5.s", 5_000],
    ["250ms", 250],
    ["0", 0],
    ["0s", 0],
    ["-1s", -1_000],
  ])("%s is %d ms", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds)
  })

  test.each(["", "10", "s", ".s", "1 s", "1d", "1s1"])("%j is none", (text) => {
    expect(() => parseDuration(text)).toThrow(RangeError)
  })
})

describe("the configuration", () => {
  test("has Centrifugo's defaults where nothing is said", () => {
    const { client, channel, websocket, http_server, proxies } = readConfig({})
    expect(client).toMatchObject({ ping_interval: 25_000, pong_timeout: 8_000, channel_limit: 128 })
    expect(client).toMatchObject({ allowed_origins: [], write_delay: 10 })
    expect(channel.without_namespace).toMatchObject({
      history_size: 0,
      force_recovery_mode: "stream",
      channel_regex: undefined,
      subscribe_proxy_name: "default",
    })
    expect(websocket).toMatchObject({ message_size_limit: 65_536, write_timeout: 1_000 })
    expect(http_server).toMatchObject({ address: "", port: 8_000, internal_port: 0 })
    expect(proxies).toEqual([])
  })

  test("takes an empty value for the default, and null for nothing, as Centrifugo does", () => {
    const empty = {
      client: { channel_limit: 0, pong_timeout: "0s", allowed_origins: null, token: null },
      channel: { private_prefix: "", namespace_boundary: "" },
      rpc: null,
      http_server: { port: 0 },
    }
    checkConfig(empty)
    expect(readConfig(empty)).toEqual(readConfig({}))
  })

  test("lifts a limit with a negative number", () => {
    const { client } = readConfig({
      client: { channel_limit: -1, history_max_publication_limit: -1 },
    })
    expect(client.channel_limit).toBe(Number.POSITIVE_INFINITY)
    expect(client.history_max_publication_limit).toBe(Number.POSITIVE_INFINITY)
    expect(client.recovery_max_publication_limit).toBe(300)
  })

  test("lets messages wait for no company at all", () => {
    expect(readConfig({ client: { write_delay: "0s" } }).client.write_delay).toBe(0)
  })

  test("reads static headers from an object and from a list", () => {
    const headersOf = (
      static_headers: { readonly [name: string]: string } | { key: string; value: string }[],
    ) =>
      readConfig({ client: { proxy: { connect: { http: { static_headers } } } } }).client.proxy
        .connect.http.static_headers
    expect(headersOf({ "X-Key": "1" })).toEqual({ "X-Key": "1" })
    expect(headersOf([{ key: "X-Key", value: "1" }])).toEqual({ "X-Key": "1" })
  })

  test("takes an internal port as number and as text", () => {
    const portOf = (internal_port: string | number) =>
      readConfig({ http_server: { internal_port } }).http_server.internal_port
    expect([portOf(9_000), portOf("9000"), portOf("")]).toEqual([9_000, 9_000, 0])
  })
})

describe("a wrong configuration", () => {
  test("is refused with every mistake named", () => {
    const input = {
      client: { ping_interval: "soon", chanel_limit: 5 },
      channel: { namespaces: [{ name: "x" }] },
      nothing: true,
    }
    expect(mistakes(input)).toEqual([
      "client.chanel_limit: there is no such key; did you mean client.channel_limit?",
      "nothing: there is no such key",
      'client.ping_interval: "soon" is not a duration: write it as "30s", "1h30m" or "250ms"',
      "channel.namespaces[0].name: a name has at least 2 letters, digits, - _ or .",
    ])
    const wrong = input as EngineConfigInput
    expect(() => readConfig(wrong)).toThrow("- nothing: there is no such key")
  })

  test.each([
    ["websocket.mesage_size_limit", "websocket.message_size_limit"],
    ["chanel", "channel"],
    ["channel.history_size", "channel.without_namespace.history_size"],
    ["client.hmac_secret_key", "client.token.hmac_secret_key"],
    ["engine.redis.adress", "engine.redis.address"],
  ])("that says %s is asked whether it means %s", (key, meant) => {
    const config = key.split(".").reduceRight<unknown>((value, name) => ({ [name]: value }), {})
    expect(mistakes(config)).toEqual([`${key}: there is no such key; did you mean ${meant}?`])
  })

  test.each([
    [[], "configuration: must be a JSON object"],
    [{ client: 1 }, "client: must be an object"],
    [{ client: { insecure: "no" } }, "client.insecure: must be true or false"],
    [{ client: { channel_limit: 1.5 } }, "client.channel_limit: must be a whole number"],
    [{ client: { queue_max_size: -1 } }, "client.queue_max_size: must not be negative"],
    [
      { client: { ping_interval: 25 } },
      'client.ping_interval: must be a duration, written as "30s", "1h30m" or "250ms"',
    ],
    [{ client: { allowed_origins: "*" } }, "client.allowed_origins: must be a list"],
    [{ http_server: { port: 65_536 } }, "http_server.port: must be at most 65535"],
    [
      { http_server: { internal_port: "all" } },
      "http_server.internal_port: must be a port, from 1 to 65535",
    ],
    [
      { log: { level: "loud" } },
      'log.level: must be one of "trace", "debug", "info", "warn", "error", "fatal", "none"',
    ],
    [{ websocket: { compression_level: 10 } }, "websocket.compression_level: must be from 1 to 9"],
    [
      namespace({ allowed_delta_types: ["xor"] }),
      'channel.namespaces[0].allowed_delta_types[0]: "fossil" is the only delta',
    ],
    [
      namespace({ history_size: 10, history_ttl: "0.5s" }),
      "channel.namespaces[0].history_ttl: must be whole seconds",
    ],
    [{ proxies: [{ endpoint: "http://backend/" }] }, "proxies[0].name: must have a name"],
    [
      { rpc: { proxy: { endpoint: "grpc://backend:1" } } },
      "rpc.proxy.endpoint: must begin with http:// or https://; Centrifugo has gRPC proxies, this engine doesn't",
    ],
  ])("%j: %s", (config, mistake) => {
    expect(mistakes(config)).toEqual([mistake])
  })
})

describe("settings that don't go together", () => {
  test.each([
    [{ client: { ping_interval: "5s" } }, "client.ping_interval: must be longer than pong_timeout"],
    [
      { client: { ping_interval: "-1s" } },
      "client.ping_interval: must be longer than pong_timeout",
    ],
    [namespace({ history_size: 10 }), "channel.namespaces[0].history_size: needs history_ttl"],
    [namespace({ history_ttl: "60s" }), "channel.namespaces[0].history_ttl: needs history_size"],
    [
      namespace({ ...history, history_meta_ttl: "30s" }),
      "channel.namespaces[0].history_ttl: must not be longer than history_meta_ttl",
    ],
    [
      namespace({ force_recovery: true }),
      "channel.namespaces[0].force_recovery: needs history_size",
    ],
    [
      namespace({ ...history, force_recovery: true, auto_cache_recover: true }),
      "channel.namespaces[0].auto_cache_recover: needs force_recovery, and force_recovery_mode",
    ],
    [
      { channel: { namespaces: [{ name: "chat" }, { name: "news" }, { name: "chat" }] } },
      'channel.namespaces[2].name: "chat" is the name of another one too',
    ],
    [
      { rpc: { namespaces: [{ name: "chat" }, { name: "chat" }] } },
      'rpc.namespaces[1].name: "chat" is the name of another one too',
    ],
    [
      {
        client: {
          subscribe_to_user_personal_channel: { enabled: true, personal_channel_namespace: "own" },
        },
      },
      'client.subscribe_to_user_personal_channel.personal_channel_namespace: there is no namespace "own"',
    ],
    [
      {
        client: { subscribe_to_user_personal_channel: { enabled: true, single_connection: true } },
      },
      "client.subscribe_to_user_personal_channel.single_connection: needs presence",
    ],
    [{ client: { token: { rsa_public_key: "key" } } }, "client.token.rsa_public_key: "],
    [{ client: { token: { issuer: "me", issuer_regex: "m." } } }, "client.token.issuer_regex: "],
    [
      { client: { subscription_token: { enabled: true, user_id_claim: "user-id" } } },
      "client.subscription_token.user_id_claim: ",
    ],
    [
      { sse: { enabled: true, handler_prefix: "/live/" }, websocket: { handler_prefix: "live" } },
      "sse.handler_prefix: /live is the path of websocket too",
    ],
  ])("%j", (config, mistake) => {
    expect(mistakes(config)).toEqual([expect.stringContaining(mistake)])
  })

  test.each([
    namespace(history),
    namespace({ allow_recovery: true, force_positioning: true }),
    namespace({
      ...history,
      force_recovery: true,
      force_recovery_mode: "cache",
      auto_cache_recover: true,
    }),
    { client: { ping_interval: "-1s", pong_timeout: "-2s" } },
    { client: { subscription_token: { enabled: false, rsa_public_key: "key" } } },
  ])("%j is right", (config) => {
    expect(mistakes(config)).toEqual([])
  })
})

describe("proxies", () => {
  const backend = { name: "backend", endpoint: "http://127.0.0.1/events" }

  test.each([
    [
      { client: { proxy: { connect: { enabled: true } } } },
      "client.proxy.connect.endpoint: must be set",
    ],
    [namespace({ subscribe_proxy_enabled: true }), "channel.proxy.subscribe.endpoint: must be set"],
    [{ rpc: { without_namespace: { proxy_enabled: true } } }, "rpc.proxy.endpoint: must be set"],
    [{ proxies: [{ name: "backend" }] }, "proxies[0].endpoint: must be set"],
    [{ proxies: [{ ...backend, timeout: "-1s" }] }, "proxies[0].timeout: must be longer than 0s"],
    [{ proxies: [{ ...backend, name: "default" }] }, 'proxies[0].name: "default" is the name'],
    [{ proxies: [backend, backend] }, 'proxies[1].name: "backend" is the name of another one too'],
    [
      namespace({ publish_proxy_name: "nobody" }),
      'channel.namespaces[0].publish_proxy_name: there is no proxy "nobody" in proxies',
    ],
    [
      { rpc: { namespaces: [{ name: "chat", proxy_name: "nobody" }] } },
      'rpc.namespaces[0].proxy_name: there is no proxy "nobody" in proxies',
    ],
    [
      { proxies: [{ ...backend, http: { status_to_code_transforms: [{ status_code: 404 }] } }] },
      "proxies[0].http.status_to_code_transforms[0]: must have either to_error or to_disconnect",
    ],
  ])("%j", (config, mistake) => {
    expect(mistakes(config)).toEqual([expect.stringContaining(mistake)])
  })

  test("that are used have an endpoint, and a name that is known", () => {
    const config: EngineConfigInput = {
      channel: {
        namespaces: [
          { name: "chat", subscribe_proxy_enabled: true, subscribe_proxy_name: "backend" },
          { name: "news", publish_proxy_enabled: true },
        ],
        proxy: { publish: { endpoint: "https://backend.test/publish", timeout: "0.2s" } },
      },
      proxies: [backend],
    }
    const { channel, proxies } = readConfig(config)
    expect(channel.proxy.publish).toMatchObject({ timeout: 200, http_headers: [] })
    expect(proxies[0]).toMatchObject({ ...backend, timeout: 1_000 })
  })
})

describe("patterns", () => {
  const pattern = (channel_regex: string): RegExp | undefined =>
    readConfig({ channel: { without_namespace: { channel_regex } } }).channel.without_namespace
      .channel_regex

  test.each([
    ["^[a-z0-9]+$", "abc1", "abc-"],
    ["user[0-9]", "my-user1", "user"],
    [String.raw`^\w\-\#\_$`, "a-#_", "a#"],
    ["(?i)^abc$", "ABC", "abcd"],
    [String.raw`\Aa/b\z`, "a/b", "xa/b"],
    ["^[^:]+$", "a", "a:b"],
  ])("%s takes %s and not %s", (written, good, bad) => {
    expect(pattern(written)?.test(good)).toBe(true)
    expect(pattern(written)?.test(bad)).toBe(false)
  })

  test("name groups as Go does", () => {
    expect(pattern("^(?P<tenant>a|b)$")?.exec("b")?.groups).toEqual({ tenant: "b" })
  })

  test.each(["[", "[[:alpha:]]", "(?=a)", "(?<!a)b", String.raw`(a)\1`, String.raw`\pL`, "a]"])(
    "%s is refused",
    (written) => {
      expect(() => pattern(written)).toThrow("channel.without_namespace.channel_regex")
    },
  )
})
