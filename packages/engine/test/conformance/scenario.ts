import { z } from "zod"
import type { Json } from "./json.js"

const json = z.custom<Json>((value) => value !== undefined)
const object = z.record(z.string(), json)
const texts = z.record(z.string(), z.string())
const milliseconds = z.int().positive()

const transport = z.enum([
  "json-ws",
  "protobuf-ws",
  "http_stream",
  "http_stream-protobuf",
  "sse",
  "uni_websocket",
  "uni_http_stream",
  "uni_sse",
])

const open = z.strictObject({
  open: z.string(),
  transport,
  cmds: z.array(json).optional(),
  connect: json.optional(),
  raw: z.string().optional(),
  path: z.string().optional(),
  query: z.string().optional(),
  via: z.literal("query").optional(),
  method: z.string().optional(),
  subprotocol: z.string().optional(),
  headers: texts.optional(),
  show_headers: z.array(z.string()).optional(),
  result: json,
})

const send = z.strictObject({
  send: z.string(),
  cmds: z.array(json).optional(),
  raw: z.string().optional(),
  hex: z.string().optional(),
  deflate: z.boolean().optional(),
  session: z.string().optional(),
  node: z.string().optional(),
  status: z.int().optional(),
})

const expectation = z.strictObject({
  expect: z.string(),
  messages: z.array(json),
  unordered: z.boolean().optional(),
  within_ms: milliseconds.optional(),
  show_deflated: z.boolean().optional(),
  deflated: z.array(z.boolean()).optional(),
  /** The recorded bytes of Protobuf messages: equal messages may be encoded differently. */
  hex: z.array(z.string().nullable()).optional(),
})

const expectedClose = z.strictObject({
  expect_close: z.string(),
  close: json,
  drain: z.boolean().optional(),
  within_ms: milliseconds.optional(),
})

const asked = z.strictObject({
  asked: z.string(),
  requests: z.array(json),
  show_headers: z.array(z.string()).optional(),
  within_ms: milliseconds.optional(),
})

/** `text` is a note on the recording. */
const response = z.strictObject({
  status: z.int(),
  body: json.exactOptional(),
  headers: json.exactOptional(),
  text: z.string().optional(),
})

const content = {
  body: json.optional(),
  raw: json.optional(),
  headers: texts.optional(),
  show_headers: z.array(z.string()).optional(),
}

const step = z.union([
  open,
  send,
  expectation,
  expectedClose,
  asked,
  z.strictObject({ api: z.string(), ...content, response }),
  z.strictObject({
    http: z.strictObject({ method: z.string().default("POST"), path: z.string(), ...content }),
    response,
  }),
  z.strictObject({ pause: z.string() }),
  z.strictObject({ resume: z.string() }),
  z.strictObject({ wait: milliseconds }),
  z.strictObject({ close: z.string() }),
  z.strictObject({ shutdown: z.literal(true) }),
])

const backendReply = z.strictObject({
  status: z.int().default(200),
  body: json.optional(),
  raw: z.string().optional(),
  headers: texts.default({}),
  delay: milliseconds.optional(),
  hang_up: z.boolean().default(false),
})

const replies = z.union([z.array(backendReply).min(1), backendReply.transform((one) => [one])])

/** A file of the corpus: the scenarios of one topic. */
export const scenarioFile = z.strictObject({
  topic: z.string(),
  config: object.default({}),
  scenarios: z.array(
    z.strictObject({
      name: z.string(),
      about: z.string().optional(),
      config: object.optional(),
      isolate: z.boolean().default(false),
      backend: z.record(z.string(), replies).default({}),
      steps: z.array(step),
    }),
  ),
})

/** Every kind of connection that the recordings have. */
export const transports = transport.options
/** How a connection is made, and what one sends and gets over it. */
export type TransportName = z.output<typeof transport>
/** Opens a connection. */
export type OpenStep = z.output<typeof open>
/** Sends commands, or bytes as they are. */
export type SendStep = z.output<typeof send>
/** The messages that a connection gets next. */
export type ExpectStep = z.output<typeof expectation>
/** How the server ends a connection. */
export type ExpectCloseStep = z.output<typeof expectedClose>
/** What the server has asked the backend. */
export type AskedStep = z.output<typeof asked>
/** The recorded answer to an HTTP request. */
export type ResponseRecord = z.output<typeof response>
/** One step of a scenario: what it is called says what it does. */
export type Step = z.output<typeof step>
/** An API step or an HTTP step. */
export type RequestStep = Extract<Step, { response: unknown }>
/** One scripted answer of the backend; `delay` in milliseconds. */
export type BackendReply = z.output<typeof backendReply>
/** The backend's answers by path, in order; the last one repeats. */
export type BackendScript = Readonly<Record<string, readonly BackendReply[]>>

/** What a real Centrifugo did, step by step. */
export interface Scenario {
  /** `topic/name`. */
  readonly name: string
  readonly topic: string
  /** The whole configuration of the server. */
  readonly config: Json
  /** It needs a server that nobody has used yet. */
  readonly isolate: boolean
  readonly backend: BackendScript
  readonly steps: readonly Step[]
}
