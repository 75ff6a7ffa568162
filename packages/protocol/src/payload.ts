declare const rawJson: unique symbol

/**
 * A JSON text that passes through unchanged: `1.0`, big integers and spaces arrive as they were sent.
 * Made by {@link toRawJson} or {@link parseRawJson}, or cut out of a text that was parsed whole before.
 */
export type RawJson = string & { readonly [rawJson]: true }

/**
 * What a publication carries: JSON text from those who speak JSON, bytes from those who speak Protobuf.
 * Bytes may hold JSON too; who needs text finds out with {@link payloadJson}.
 */
export type Payload = RawJson | Uint8Array

/** A payload of bytes that hold no JSON was to be sent to somebody who speaks only JSON. */
export class NotJsonError extends Error {
  override readonly name = "NotJsonError"
}

/**
 * The JSON text of a value.
 * @throws TypeError when the value has no JSON form (undefined, a function, a cycle, a BigInt).
 */
export function toRawJson(value: unknown): RawJson {
  const text: string | undefined = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`A ${typeof value} cannot be written as JSON`)
  return text as RawJson
}

/**
 * Checks that a text is JSON and takes it as it stands.
 * @throws SyntaxError when it isn't.
 */
export function parseRawJson(text: string): RawJson {
  JSON.parse(text)
  return text as RawJson
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** A payload as JSON text. @throws NotJsonError when its bytes hold none. */
export function payloadJson(payload: Payload): RawJson {
  if (typeof payload === "string") return payload
  try {
    return parseRawJson(utf8.decode(payload))
  } catch (cause) {
    throw new NotJsonError("the payload is not JSON", { cause })
  }
}

/** A payload as bytes. */
export function payloadBytes(payload: Payload): Uint8Array {
  return typeof payload === "string" ? Buffer.from(payload) : payload
}

/** Messages are separated by line breaks, so a payload may hold none. Between tokens they mean nothing. */
export function onOneLine(raw: RawJson): RawJson {
  return raw.includes("\n") || raw.includes("\r") ? (raw.replace(/[\r\n]+/g, " ") as RawJson) : raw
}
