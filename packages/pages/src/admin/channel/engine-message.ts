import { dataField } from "../../panels/data-field.js"
import type { Position } from "../api/answers.js"
import { StreamEnd } from "./stream-end.js"

/** What was published in a channel. */
export interface Published {
  readonly data: unknown
  /** Undefined in channels without history. */
  readonly offset: number | undefined
}

/** What the commands are answered, each of which fills in its part. Times in ms. */
export interface EngineResult {
  /** When the token expires; infinite when it doesn't. */
  readonly ttl: number
  /** How often the engine pings; 0 when it doesn't. */
  readonly pingInterval: number
  readonly wantsPong: boolean
  /** Where the subscription begins; undefined when it can't be recovered. */
  readonly position: Position | undefined
  /** What was missed, the oldest first. */
  readonly missed: readonly Published[]
}

/** What the engine says of a channel unasked. */
export type EnginePush =
  | { readonly kind: "publication"; readonly channel: string; readonly published: Published }
  | { readonly kind: "unsubscribe"; readonly channel: string; readonly end: StreamEnd }

/** What the engine says. */
export type EngineMessage =
  | EnginePush
  | { readonly kind: "reply"; readonly id: number; readonly result: EngineResult }
  | { readonly kind: "refusal"; readonly id: number; readonly end: StreamEnd }
  | { readonly kind: "disconnect"; readonly end: StreamEnd }
  | { readonly kind: "ping" }
  | { readonly kind: "other" }

// Codes of the protocol.
const INTERNAL = 100
const TOKEN_EXPIRED = 109
const FIRST_PASSING_UNSUBSCRIBE = 2500

/** Reads a message of the engine. @throws SyntaxError when it isn't JSON */
export function readMessage(text: string): EngineMessage {
  const message: unknown = JSON.parse(text)
  const id = numberIn(message, "id")
  const error = dataField(message, "error")
  const push = dataField(message, "push")
  if (id > 0 && error !== undefined) return { kind: "refusal", id, end: endByRefusal(error) }
  if (id > 0) return { kind: "reply", id, result: readResult(message) }
  return push === undefined ? { kind: "ping" } : readPush(push)
}

/** The end of a connection, by the code that closes it. */
export function endByCode(code: number, reason: string): StreamEnd {
  const isFinal = (code >= 3500 && code < 4000) || (code >= 4500 && code < 5000)
  return new StreamEnd(reason || `code ${code}`, isFinal)
}

function endOfSubscription(unsubscribe: unknown): StreamEnd {
  const code = numberIn(unsubscribe, "code")
  const reason = textIn(unsubscribe, "reason") || `code ${code}`
  return new StreamEnd(reason, code < FIRST_PASSING_UNSUBSCRIBE)
}

function endByRefusal(error: unknown): StreamEnd {
  const code = numberIn(error, "code")
  const isPassing =
    code === INTERNAL || code === TOKEN_EXPIRED || dataField(error, "temporary") === true
  return new StreamEnd(textIn(error, "message") || `code ${code}`, !isPassing)
}

function readResult(message: unknown): EngineResult {
  const names = ["connect", "subscribe", "refresh", "sub_refresh"]
  const result = names.map((name) => dataField(message, name)).find((part) => part !== undefined)
  const missed = dataField(result, "publications")
  return {
    ttl: dataField(result, "expires") === true ? numberIn(result, "ttl") * 1000 : Infinity,
    pingInterval: numberIn(result, "ping") * 1000,
    wantsPong: dataField(result, "pong") === true,
    position:
      dataField(result, "recoverable") === true
        ? { epoch: textIn(result, "epoch"), offset: numberIn(result, "offset") }
        : undefined,
    missed: Array.isArray(missed) ? missed.map(readPublished) : [],
  }
}

function readPush(push: unknown): EngineMessage {
  const channel = textIn(push, "channel")
  const publication = dataField(push, "pub")
  const unsubscribe = dataField(push, "unsubscribe")
  const disconnect = dataField(push, "disconnect")
  if (publication !== undefined)
    return { kind: "publication", channel, published: readPublished(publication) }
  if (unsubscribe !== undefined)
    return { kind: "unsubscribe", channel, end: endOfSubscription(unsubscribe) }
  if (disconnect === undefined) return { kind: "other" }
  const end = endByCode(numberIn(disconnect, "code"), textIn(disconnect, "reason"))
  return { kind: "disconnect", end }
}

function readPublished(publication: unknown): Published {
  return {
    data: dataField(publication, "data"),
    offset: numberIn(publication, "offset") || undefined,
  }
}

/** A number, which is left out when it is 0. */
function numberIn(data: unknown, field: string): number {
  const value = dataField(data, field)
  return typeof value === "number" ? value : 0
}

/** A text, which is left out when it is empty. */
function textIn(data: unknown, field: string): string {
  const value = dataField(data, field)
  return typeof value === "string" ? value : ""
}
