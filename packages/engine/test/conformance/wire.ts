import { readCorpus } from "./corpus.js"
import type { PayloadForm } from "./delta-payloads.js"
import { type Json, parseJson } from "./json.js"
import { bytesOf, ProtobufTable, textOf } from "./protobuf-table.js"
import { readVarint, writeVarint } from "./varint.js"

/** One of the two encodings of the client protocol. */
export interface Wire extends PayloadForm {
  readonly isBinary: boolean
  /** Several commands as one frame. */
  encode(commands: readonly Json[]): Buffer
  /** The messages of one frame. */
  decode(frame: Buffer): readonly Json[]
}

/** JSON texts, one on a line. What isn't JSON becomes `{ "$unparsable": line }`. */
export const jsonWire: Wire = {
  isBinary: false,
  encode: (commands) => Buffer.from(commands.map((command) => JSON.stringify(command)).join("\n")),
  decode: (frame) =>
    frame
      .toString()
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map(parseLine),
  read: (text) => Buffer.from(text),
  write: (bytes) => bytes.toString(),
}

/** What the corpus knows of the Protobuf schema. */
export const protobufTable = new ProtobufTable(readCorpus("protobuf.json"))

/** Protobuf messages, each after its length as a varint. */
export const protobufWire: Wire = {
  isBinary: true,
  encode: (commands) =>
    Buffer.concat(
      commands.flatMap((command) => {
        const bytes = protobufTable.encode("Command", command)
        return [writeVarint(bytes.length), bytes]
      }),
    ),
  decode: (frame) => {
    const messages: Json[] = []
    for (let position = 0; position < frame.length; ) {
      const { value, end } = readVarint(frame, position)
      position = end + value
      messages.push(protobufTable.decode("Reply", frame.subarray(end, position)))
    }
    return messages
  },
  read: bytesOf,
  write: textOf,
}

function parseLine(line: string): Json {
  try {
    return parseJson(line)
  } catch {
    return { $unparsable: line }
  }
}
