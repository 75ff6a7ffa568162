import { type Payload, parseRawJson } from "@instant-ws/protocol"
import type { StoredPublication } from "../broker.js"
import type { KeyedResult } from "../idempotency.js"
import type { StreamState } from "../stream.js"

// What the broker and the thread that writes its file tell each other: plain values, which are cloned.

/** A publication of a channel, as a row. */
export interface PublicationRecord {
  readonly channel: string
  readonly offset: number
  /** Text is JSON. */
  readonly data: string | Uint8Array
  readonly info: string | null
  readonly tags: string | null
}

/** A stream without its publications, as it is from now on. */
export interface StreamRecord extends Omit<StreamState, "publications"> {
  readonly channel: string
  /** Publications up to this offset are gone. */
  readonly gone: number
  /** Whether it has taken the place of a stream that was forgotten. */
  readonly isNew: boolean
}

/** What is written together, or not at all. */
export interface Records {
  readonly streams: readonly StreamRecord[]
  readonly publications: readonly PublicationRecord[]
  readonly keys: readonly KeyedResult[]
}

/** A stream as it was found. */
export interface SavedStream extends Omit<StreamState, "publications"> {
  readonly channel: string
  readonly publications: readonly PublicationRecord[]
}

/** When the positions of streams that were used without a publication go. */
export interface Sweep {
  readonly now: number
  readonly streams: readonly { readonly channel: string; readonly forgottenAt: number }[]
}

/** What is held against the tokens of a user. Unix times in seconds. */
export interface InvalidationRecord {
  readonly user: string
  readonly issuedBefore: number
  readonly expireAt: number | undefined
}

/** What the thread is asked. */
export type Request =
  | { readonly ask: "invalidate"; readonly record: InvalidationRecord }
  | { readonly ask: "load"; readonly channels: readonly string[] }
  | { readonly ask: "commit"; readonly records: Records }
  | { readonly ask: "sweep"; readonly sweep: Sweep }
  | { readonly ask: "close" }

/** What it answers, to one request after the other; the first answer is to its start. */
export type Answer =
  | {
      readonly kind: "opened"
      readonly keys: readonly KeyedResult[]
      readonly invalidations: readonly InvalidationRecord[]
      /** Where the file was put that couldn't be read. */
      readonly damaged: string | undefined
    }
  | { readonly kind: "loaded"; readonly streams: readonly SavedStream[] }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly problem: string }

/** A publication as a row of a channel. */
export function recordOf(
  channel: string,
  { offset, data, info, tags }: StoredPublication,
): PublicationRecord {
  return {
    channel,
    offset,
    data: typeof data === "string" ? data : exact(data),
    info: info === undefined ? null : JSON.stringify(packedInfo(info)),
    tags: tags === undefined ? null : JSON.stringify([...tags]),
  }
}

/** The publication of a row. @throws SyntaxError when the row is damaged. */
export function publicationOf(record: PublicationRecord): StoredPublication {
  const { offset, data, info, tags } = record
  return {
    offset,
    data: typeof data === "string" ? parseRawJson(data) : data,
    ...(info !== null && { info: unpackedInfo(JSON.parse(info)) }),
    ...(tags !== null && { tags: new Map(JSON.parse(tags)) }),
  }
}

type Info = NonNullable<StoredPublication["info"]>
type Packed = string | readonly [base64: string]
interface PackedInfo extends Pick<Info, "user" | "client"> {
  readonly conn_info?: Packed
  readonly chan_info?: Packed
}

function packedInfo({ user, client, conn_info, chan_info }: Info): PackedInfo {
  return {
    user,
    client,
    ...(conn_info !== undefined && { conn_info: packed(conn_info) }),
    ...(chan_info !== undefined && { chan_info: packed(chan_info) }),
  }
}

function unpackedInfo({ user, client, conn_info, chan_info }: PackedInfo): Info {
  return {
    user,
    client,
    ...(conn_info !== undefined && { conn_info: unpacked(conn_info) }),
    ...(chan_info !== undefined && { chan_info: unpacked(chan_info) }),
  }
}

/** Bytes, which JSON can't hold, lie in a list. */
function packed(payload: Payload): Packed {
  return typeof payload === "string" ? payload : [Buffer.from(payload).toString("base64")]
}

function unpacked(payload: Packed): Payload {
  return typeof payload === "string"
    ? parseRawJson(payload)
    : new Uint8Array(Buffer.from(payload[0], "base64"))
}

/** Of bytes that lie in a larger buffer, a clone would take the whole. */
function exact(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes)
}
