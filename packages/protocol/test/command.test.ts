import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { BadFrameError, decodeBinaryCommands, decodeCommands } from "../src/index.js"

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

describe("tags filters", () => {
  const json = (depth: number) => {
    const filter = `${'{"op":"not","nodes":['.repeat(depth)}{"key":"k"}${"]}".repeat(depth)}`
    return `{"id":1,"subscribe":{"channel":"c","tf":${filter}}}`
  }
  const message = (field: number, content: Uint8Array) =>
    new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(content).finish()
  const binary = (depth: number) => {
    let filter = new Uint8Array()
    for (let n = 0; n < depth; n++) filter = message(6, filter)
    const command = message(5, message(13, filter))
    return new BinaryWriter().bytes(command).finish()
  }

  test("may nest 32 deep and no deeper, also after a refusal", () => {
    for (let n = 0; n < 2; n++) {
      expect([...decodeCommands(json(32))]).toHaveLength(1)
      expect(() => [...decodeCommands(json(33))]).toThrow(BadFrameError)
      expect([...decodeBinaryCommands(binary(32))]).toHaveLength(1)
      expect(() => [...decodeBinaryCommands(binary(33))]).toThrow(BadFrameError)
    }
  })
})

describe("binary numbers", () => {
  const ping = (id: bigint) => {
    const fields = new BinaryWriter().tag(1, WireType.Varint).uint64(id)
    fields.tag(11, WireType.LengthDelimited).bytes(new Uint8Array())
    return new BinaryWriter().bytes(fields.finish()).finish()
  }

  test("are whole up to 2^53 - 1, and bad beyond", () => {
    expect([...decodeBinaryCommands(ping(2n ** 53n - 1n))]).toMatchObject([{ id: 2 ** 53 - 1 }])
    for (const id of [2n ** 53n, 2n ** 64n - 1n]) {
      expect(() => [...decodeBinaryCommands(ping(id))]).toThrow(BadFrameError)
    }
  })
})
