import { describe, expect, test } from "vitest"
import { type EngineConfigInput, parseDuration, readConfig } from "../src/index.js"

describe("durations", () => {
  test.each([
    ["25s", 25_000],
    ["1h30m", 5_400_000],
    ["720h0m0s", 2_592_000_000],
    ["0.3s", 300],
    ["250ms", 250],
    ["0", 0],
    ["0s", 0],
    ["-1s", -1_000],
  ])("%s is %d ms", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds)
  })

  test.each(["", "10", "s", "1 s", "1d", "1s1"])("%j is none", (text) => {
    expect(() => parseDuration(text)).toThrow(RangeError)
  })
})

describe("the configuration", () => {
  test("has Centrifugo's defaults where nothing is said", () => {
    const { client, channel, websocket } = readConfig({})
    expect(client).toMatchObject({ ping_interval: 25_000, pong_timeout: 8_000, channel_limit: 128 })
    expect(channel.without_namespace.history_size).toBe(0)
    expect(websocket.message_size_limit).toBe(65_536)
  })

  test("that is wrong is refused with every mistake named", () => {
    const input = {
      client: { ping_interval: "soon", chanel_limit: 5 },
      channel: { namespaces: [{ name: "x" }] },
      nothing: true,
    } as EngineConfigInput
    for (const mistake of [
      'client.ping_interval: "soon" is not a duration',
      "client.chanel_limit: this engine has no such key",
      "channel.namespaces[0].name: a namespace",
      "nothing: this engine has no such key",
    ]) {
      expect(() => readConfig(input)).toThrow(mistake)
    }
  })

  test("pings no more often than it waits for pongs", () => {
    expect(() => readConfig({ client: { ping_interval: "5s", pong_timeout: "8s" } })).toThrow(
      "ping_interval must be longer than pong_timeout",
    )
  })
})
