import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  type Command,
  decodeBinaryCommands,
  decodeBinaryEmulation,
  decodeCommands,
  decodeConnectRequest,
  decodeEmulation,
  encodeBinary,
  encodeJson,
  encodePushJson,
  type Payload,
  type Pong,
  payloadJson,
  type ServerMessage,
} from "../src/index.js"
import { anyCommand, anyMessage } from "./any-message.js"
import {
  fromProtobufFrame,
  type PlainMessage,
  said,
  toJson,
  toProtobuf,
  toProtobufFrame,
} from "./protobuf-schema.js"
import { serverMessages } from "./server-messages.js"

/** JSON text in one spelling. */
const spelled = (text: string): string => JSON.stringify(JSON.parse(text))
const isPayload = (value: unknown): value is Payload =>
  typeof value === "string" || value instanceof Uint8Array
/** The text of a payload as our codecs have it. */
const ofPayload = (value: unknown): string => {
  if (!isPayload(value)) throw new TypeError(`no payload: ${JSON.stringify(value)}`)
  return spelled(payloadJson(value))
}
/** The text of a payload that was parsed with the JSON around it. */
const ofValue = (value: unknown): string => JSON.stringify(value)

function saidByCommand(command: Command | Pong): unknown {
  if (command.method === "pong") return {}
  return said("Command", { id: command.id, [command.method]: command.request }, ofPayload)
}

/** What was written. Flags are left out: no command of ours has any. */
function saidByWriter(message: string, value: PlainMessage): unknown {
  const known: unknown = JSON.parse(JSON.stringify(value), (name, part) =>
    name === "flag" && typeof part === "number" ? undefined : part,
  )
  return said(message, known, (payload) => spelled(String(payload)))
}

describe("commands", () => {
  test("say in JSON and in Protobuf what was written, several in a frame", () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { minLength: 1, maxLength: 3 }), (written) => {
        const text = written.map((command) => toJson("Command", command)).join("\n")
        const fromJson = [...decodeCommands(text)]
        const fromBinary = [...decodeBinaryCommands(toProtobufFrame("Command", written))]
        const expected = written.map((command) => saidByWriter("Command", command))
        expect(fromJson.map(saidByCommand)).toEqual(expected)
        expect(fromBinary.map(saidByCommand)).toEqual(expected)
        expect(fromBinary.map(({ method }) => method)).toEqual(fromJson.map(({ method }) => method))
      }),
    )
  })

  test("that come by emulation say the same in JSON and in Protobuf", () => {
    fc.assert(
      fc.property(anyMessage("EmulationRequest"), (written) => {
        const expected = saidByWriter("EmulationRequest", written)
        const fromJson = decodeEmulation(toJson("EmulationRequest", written))
        const fromBinary = decodeBinaryEmulation(toProtobuf("EmulationRequest", written))
        expect(said("EmulationRequest", fromJson, ofPayload)).toEqual(expected)
        expect(said("EmulationRequest", fromBinary, ofPayload)).toEqual(expected)
      }),
    )
  })

  test("that open a unidirectional connection are read like those of any other", () => {
    fc.assert(
      fc.property(anyMessage("ConnectRequest"), (written) => {
        const request = decodeConnectRequest(toJson("ConnectRequest", written))
        const [command] = decodeCommands(toJson("Command", { id: 1, connect: written }))
        expect(command).toEqual({ id: 1, method: "connect", request })
      }),
    )
  })
})

describe("replies and pushes", () => {
  test("say in JSON and in Protobuf what was to be said", () => {
    fc.assert(
      fc.property(serverMessages, (message: ServerMessage) => {
        const expected = said("Reply", message, ofPayload)
        const json: unknown = JSON.parse(encodeJson(message))
        const binary = fromProtobufFrame("Reply", encodeBinary(message))
        expect(said("Reply", json, ofValue)).toEqual(expected)
        expect(said("Reply", binary, ofPayload)).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })

  test("reach those who only listen without what is around a push", () => {
    fc.assert(
      fc.property(serverMessages, (message) => {
        const whole: { push?: unknown } = JSON.parse(encodeJson(message))
        expect(JSON.parse(encodePushJson(message))).toEqual(whole.push ?? whole)
      }),
    )
  })

  test("stay on one line, whatever they carry", () => {
    fc.assert(
      fc.property(serverMessages, (message) => {
        expect(encodeJson(message)).not.toMatch(/[\r\n]/)
      }),
    )
  })
})
