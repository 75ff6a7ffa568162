import { isList, type Json } from "../json.js"
import type { Placeholders } from "../placeholders.js"
import type { OpenStep, TransportName } from "../scenario.js"
import { jsonWire, protobufWire, type Wire } from "../wire.js"
import type { Opened } from "./connection.js"
import { openStream } from "./stream.js"
import {
  type FrameSplitter,
  splitEvents,
  splitLengthPrefixed,
  splitLines,
} from "./stream-frames.js"
import { openWebsocket } from "./websocket.js"

interface Transport {
  readonly path: string
  readonly wire: Wire
  /** How a stream is split into frames; a websocket has frames of its own. */
  readonly split?: () => FrameSplitter
  /** The first commands go into the query of a GET, unless the step has a method. */
  readonly isEventSource?: boolean
  readonly isUnidirectional?: boolean
}

const transports: Readonly<Record<TransportName, Transport>> = {
  "json-ws": { path: "/connection/websocket", wire: jsonWire },
  "protobuf-ws": { path: "/connection/websocket", wire: protobufWire },
  http_stream: { path: "/connection/http_stream", wire: jsonWire, split: splitLines },
  "http_stream-protobuf": {
    path: "/connection/http_stream",
    wire: protobufWire,
    split: splitLengthPrefixed,
  },
  sse: { path: "/connection/sse", wire: jsonWire, split: splitEvents, isEventSource: true },
  uni_websocket: { path: "/connection/uni_websocket", wire: jsonWire, isUnidirectional: true },
  uni_http_stream: {
    path: "/connection/uni_http_stream",
    wire: jsonWire,
    split: splitLines,
    isUnidirectional: true,
  },
  uni_sse: {
    path: "/connection/uni_sse",
    wire: jsonWire,
    split: splitEvents,
    isEventSource: true,
    isUnidirectional: true,
  },
}

/** Makes the connection of an open step. */
export async function openConnection(
  base: string,
  step: OpenStep,
  placeholders: Placeholders,
): Promise<Opened> {
  const transport = transports[step.transport]
  const commands = placeholders.fill(
    step.connect === undefined ? (step.cmds ?? []) : [step.connect],
  )
  const first = isList(commands) ? commands : []
  const opening = { base, step, transport, commands: first }
  if (transport.split !== undefined) return openEventStream(opening, transport.split())
  return transport.isUnidirectional ? openPushWebsocket(opening) : openCommandWebsocket(opening)
}

interface Opening {
  readonly base: string
  readonly step: OpenStep
  readonly transport: Transport
  readonly commands: readonly Json[]
}

function openCommandWebsocket({ base, step, transport }: Opening): Promise<Opened> {
  const { path = transport.path, subprotocol, headers } = step
  const saysProtobuf = transport.wire.isBinary && subprotocol === undefined
  const query = step.query ?? (saysProtobuf ? "cf_protocol=protobuf" : "")
  return openWebsocket(base, { path: withQuery(path, query), subprotocol, headers }, transport.wire)
}

/** The connect request of a unidirectional websocket is its first message, or in the query. */
async function openPushWebsocket({ base, step, transport, commands }: Opening): Promise<Opened> {
  const { path = transport.path, subprotocol, headers, via } = step
  const text = step.raw ?? transport.wire.encode(commands).toString()
  const query = via === "query" ? connectQuery(text) : (step.query ?? "")
  const request = { path: withQuery(path, query), subprotocol, headers }
  const opened = await openWebsocket(base, request, transport.wire)
  if (text !== "" && via === undefined) {
    await opened.connection.send({ kind: "text", text }, { session: undefined, node: undefined })
  }
  return opened
}

function openEventStream(opening: Opening, split: FrameSplitter): Promise<Opened> {
  const { base, step, transport, commands } = opening
  const { isEventSource = false, isUnidirectional = false, wire } = transport
  const { path = transport.path, method = isEventSource ? "GET" : "POST" } = step
  const content = step.raw === undefined ? wire.encode(commands) : Buffer.from(step.raw)
  const isInQuery = isEventSource && method === "GET"
  return openStream(base, {
    method,
    path: isInQuery ? withQuery(path, connectQuery(content.toString())) : path,
    body: isInQuery ? undefined : content,
    headers: {
      ...(wire.isBinary && { "Content-Type": "application/octet-stream" }),
      ...step.headers,
    },
    wire,
    split,
    commands,
    showType: isEventSource,
    showText: isUnidirectional,
    showHeaders: step.show_headers,
  })
}

function connectQuery(text: string): string {
  return text === "" ? "" : `cf_connect=${encodeURIComponent(text)}`
}

function withQuery(path: string, query: string): string {
  return query === "" ? path : `${path}?${query}`
}
