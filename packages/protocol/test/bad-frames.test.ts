import fc from "fast-check"
import protobuf from "protobufjs"
import { describe, expect, test } from "vitest"
import {
  BadFrameError,
  type Command,
  decodeBinaryCommands,
  decodeBinaryEmulation,
  decodeCommands,
  decodeConnectRequest,
  decodeEmulation,
  type Pong,
} from "../src/index.js"
import { anyCommand, anyMessage } from "./any-message.js"
import { toJson, toProtobuf, toProtobufFrame } from "./protobuf-schema.js"

const runs = { numRuns: 500 }

/** What is done to good bytes on their way. */
interface Damage {
  readonly at: number
  readonly cut: number
  readonly insert: Uint8Array
}
const damages: fc.Arbitrary<readonly Damage[]> = fc.array(
  fc.record({ at: fc.nat(200), cut: fc.nat(3), insert: fc.uint8Array({ maxLength: 3 }) }),
  { minLength: 1, maxLength: 4 },
)

function damaged(bytes: Uint8Array, all: readonly Damage[]): Buffer {
  return all.reduce((whole, { at, cut, insert }) => {
    const start = whole.length === 0 ? 0 : at % whole.length
    return Buffer.concat([whole.subarray(0, start), insert, whole.subarray(start + cut)])
  }, Buffer.from(bytes))
}

/** Reads to the end, or to what is no command. @throws whatever else the reader throws. */
function readAll(commands: Iterable<Command | Pong>): readonly (Command | Pong)[] {
  const read: (Command | Pong)[] = []
  unlessBad(() => {
    for (const command of commands) read.push(command)
  })
  return read
}

function unlessBad(read: () => unknown): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof BadFrameError)) throw error
  }
}

const frames = fc
  .array(anyCommand, { minLength: 1, maxLength: 3 })
  .map((commands) => toProtobufFrame("Command", commands))
const texts = fc
  .array(anyCommand, { minLength: 1, maxLength: 3 })
  .map((commands) => commands.map((command) => toJson("Command", command)).join("\n"))

describe("what a stranger sends is a frame or a bad frame, nothing else", () => {
  test("when it is any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        readAll(decodeBinaryCommands(bytes))
        unlessBad(() => decodeBinaryEmulation(bytes))
      }),
      runs,
    )
  })

  test("when a Protobuf frame was damaged", () => {
    fc.assert(
      fc.property(frames, damages, (frame, all) => {
        readAll(decodeBinaryCommands(damaged(frame, all)))
      }),
      runs,
    )
  })

  test("when a Protobuf emulation request was damaged", () => {
    fc.assert(
      fc.property(anyMessage("EmulationRequest"), damages, (request, all) => {
        unlessBad(() =>
          decodeBinaryEmulation(damaged(toProtobuf("EmulationRequest", request), all)),
        )
      }),
      runs,
    )
  })

  test("when a JSON frame was damaged", () => {
    fc.assert(
      fc.property(texts, damages, (text, all) => {
        readAll(decodeCommands(damaged(Buffer.from(text), all).toString()))
      }),
      runs,
    )
  })

  test("when a JSON emulation request or connect request was damaged", () => {
    fc.assert(
      fc.property(
        anyMessage("EmulationRequest"),
        anyMessage("ConnectRequest"),
        damages,
        (emulation, connect, all) => {
          const spoilt = (text: string) => damaged(Buffer.from(text), all).toString()
          unlessBad(() => decodeEmulation(spoilt(toJson("EmulationRequest", emulation))))
          unlessBad(() => decodeConnectRequest(spoilt(toJson("ConnectRequest", connect))))
        },
      ),
      runs,
    )
  })

  test("when values of any type stand where others belong", () => {
    const name = fc.constantFrom(
      "id",
      "connect",
      "subscribe",
      "history",
      "rpc",
      "tf",
      "subs",
      "since",
    )
    const anything = fc.dictionary(name, fc.dictionary(name, fc.jsonValue({ maxDepth: 2 })))
    fc.assert(
      fc.property(anything, (command) => {
        const text = JSON.stringify(command)
        readAll(decodeCommands(text))
        unlessBad(() => decodeConnectRequest(text))
        unlessBad(() => decodeEmulation(text))
      }),
      runs,
    )
  })

  test("when a payload nests deeper than anybody can follow", () => {
    const payload = "[".repeat(100_000) + "]".repeat(100_000)
    readAll(decodeCommands(`{"id":1,"rpc":{"data":${payload}}}`))
  })

  test("when a filter nests deeper than anybody can follow", () => {
    const filter = `${'{"nodes":['.repeat(2_000)}{}${"]}".repeat(2_000)}`
    readAll(decodeCommands(`{"id":1,"subscribe":{"tf":${filter}}}`))
    readAll(decodeBinaryCommands(subscribeWithFilter(20_000)))
  })
})

/** A Protobuf frame of one subscribe command, whose filter nests so deep. */
function subscribeWithFilter(depth: number): Uint8Array {
  const [subscribe, tf, nodes] = [0x2a, 0x6a, 0x32]
  const writer = protobuf.Writer.create().fork().uint32(subscribe).fork().uint32(tf).fork()
  for (let n = 0; n < depth; n++) writer.uint32(nodes).fork()
  for (let n = 0; n < depth + 3; n++) writer.ldelim()
  return writer.finish()
}

describe("a Protobuf frame that was cut short", () => {
  test("gives the commands before the cut, then is a bad frame", () => {
    fc.assert(
      fc.property(
        fc.array(anyCommand, { minLength: 1, maxLength: 3 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (commands, share) => {
          const frame = toProtobufFrame("Command", commands)
          const ends = commands.map(
            (_, index) => toProtobufFrame("Command", commands.slice(0, index + 1)).length,
          )
          const length = Math.floor(share * frame.length)
          const whole = ends.filter((end) => end <= length).length
          const isBetween = length > 0 && ends[whole - 1] === length
          const cut = decodeBinaryCommands(frame.subarray(0, length))
          for (let n = 0; n < whole; n++) expect(cut.next().done).toBe(false)
          if (isBetween) expect(cut.next().done).toBe(true)
          else expect(() => cut.next()).toThrow(BadFrameError)
        },
      ),
      runs,
    )
  })
})
