import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { BadFrameError, decodeCommands } from "../src/index.js"

describe("commands", () => {
  test("are read one a line, with what is left out filled in", () => {
    const frame = '{"id":1,"connect":{"token":"t"}}\n{"id":2,"subscribe":{"channel":"c"}}\n'
    expect([...decodeCommands(frame)]).toMatchObject([
      { id: 1, method: "connect", request: { token: "t", subs: new Map() } },
      { id: 2, method: "subscribe", request: { channel: "c", recover: false, offset: 0 } },
    ])
  })

  test("keep a payload as the text that was sent", () => {
    const data = '{ "b" : 1.0, "a":12345678901234567890,"c":"}\\"\\u00e9" }'
    const [command] = decodeCommands(`{"id":1,"publish":{"channel":"c","data": ${data} }}`)
    expect(command).toMatchObject({ method: "publish", request: { data } })
  })

  test("keep any payload, wherever it stands among other fields", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, other) => {
        const [data, unknown] = [JSON.stringify(value), JSON.stringify(other)]
        const line = `{"x":${unknown},"publish":{"y":${unknown},"data":${data},"channel":"c"},"id":7}`
        const [command] = decodeCommands(line)
        expect(command).toEqual({
          id: 7,
          method: "publish",
          request: { channel: "c", data },
        })
      }),
    )
  })

  test("match keys in any case, and take the last of two", () => {
    const [command] = decodeCommands('{"ID":1,"Subscribe":{"CHANNEL":"a","channel":"b"}}')
    expect(command).toMatchObject({ id: 1, method: "subscribe", request: { channel: "b" } })
  })

  test("read null as absence, but as a payload", () => {
    const [command] = decodeCommands('{"id":1,"publish":{"channel":null,"data":null}}')
    expect(command).toMatchObject({ request: { channel: "", data: "null" } })
  })

  test("an empty object answers a ping", () => {
    expect([...decodeCommands("{}")]).toEqual([{ method: "pong" }])
  })

  test("before a bad one are read", () => {
    const commands = decodeCommands('{"id":1,"subscribe":{"channel":"c"}}\n{bad')
    expect(commands.next().value).toMatchObject({ method: "subscribe" })
    expect(() => commands.next()).toThrow(BadFrameError)
  })

  test("of any text are read or refused, never anything else", () => {
    const almost = fc.stringMatching(/^[{}[\]",:a-z0-9\\ -]{0,60}$/)
    fc.assert(
      fc.property(fc.oneof(fc.string(), almost, fc.json()), (text) => {
        try {
          for (const command of decodeCommands(text)) expect(command.method).toBeTypeOf("string")
        } catch (error) {
          expect(error).toBeInstanceOf(BadFrameError)
        }
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    "",
    "5",
    "null",
    '"a"',
    "[]",
    '{"id":1}',
    '{"id":-1,"ping":{}}',
    '{"id":1.5,"ping":{}}',
  ])("%j is none", (text) => {
    expect(() => [...decodeCommands(text)]).toThrow(BadFrameError)
  })
})
