import { loadScenarios } from "../../../packages/engine/test/conformance/corpus.js"
import { isList, type Json } from "../../../packages/engine/test/conformance/json.js"
import { Placeholders } from "../../../packages/engine/test/conformance/placeholders.js"
import type { Step, TransportName } from "../../../packages/engine/test/conformance/scenario.js"
import { jsonWire, protobufWire } from "../../../packages/engine/test/conformance/wire.js"

/** What clients and backends sent in the recordings. */
export interface Recorded {
  /** Frames of commands. */
  readonly json: readonly Buffer[]
  readonly protobuf: readonly Buffer[]
  /** First messages of those that only listen. */
  readonly connects: readonly Buffer[]
  /** Calls of the server API. */
  readonly calls: readonly Buffer[]
  /** The methods that were called. */
  readonly methods: readonly string[]
}

type Kind = Exclude<keyof Recorded, "methods">

/** Takes apart the recordings in `packages/engine/test/conformance`. */
export function readRecorded(): Recorded {
  const texts = { json: new Set(), protobuf: new Set(), connects: new Set(), calls: new Set() }
  const kept: Record<Kind, Buffer[]> = { json: [], protobuf: [], connects: [], calls: [] }
  const methods = new Set<string>()
  for (const { steps } of loadScenarios()) {
    const transports = new Map<string, TransportName>()
    for (const step of steps) {
      if ("open" in step) transports.set(step.open, step.transport)
      if ("api" in step) methods.add(step.api)
      for (const [kind, bytes] of sentIn(step, transports)) {
        if (bytes.length > 0 && !texts[kind].has(bytes.toString("latin1"))) kept[kind].push(bytes)
        texts[kind].add(bytes.toString("latin1"))
      }
    }
  }
  return { ...kept, methods: [...methods] }
}

function* sentIn(
  step: Step,
  transports: ReadonlyMap<string, TransportName>,
): Generator<readonly [Kind, Buffer]> {
  if ("open" in step) {
    const kind = step.transport.startsWith("uni_") ? "connects" : kindOf(step.transport)
    if (step.raw !== undefined) yield [kind, Buffer.from(step.raw)]
    if (step.connect !== undefined) yield [kind, encoded(kind, [step.connect])]
    if (step.cmds !== undefined) yield [kind, encoded(kind, step.cmds)]
  } else if ("send" in step) {
    const kind = kindOf(transports.get(step.send) ?? "json-ws")
    if (step.raw !== undefined) yield [kind, Buffer.from(step.raw)]
    if (step.hex !== undefined) yield [kind, Buffer.from(step.hex, "hex")]
    if (step.cmds !== undefined) yield [kind, encoded(kind, step.cmds)]
  } else if ("api" in step) {
    if (step.body !== undefined) yield ["calls", encoded("calls", [step.body])]
    if (step.raw !== undefined) yield ["calls", Buffer.from(String(fill(step.raw)))]
  }
}

function kindOf(transport: TransportName): "json" | "protobuf" {
  return transport.startsWith("protobuf") || transport.endsWith("protobuf") ? "protobuf" : "json"
}

function encoded(kind: Kind, values: readonly Json[]): Buffer {
  const filled = fill(values)
  const wire = kind === "protobuf" ? protobufWire : jsonWire
  return wire.encode(isList(filled) ? filled : [])
}

/** Tokens are signed; what an answer would have put in stays a placeholder. */
function fill(value: Json): Json {
  return new Placeholders().fill(value)
}
