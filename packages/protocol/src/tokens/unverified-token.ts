import { decodeProtectedHeader } from "jose"
import { type Span, spanOf } from "../span.js"
import { TokenError } from "./token-error.js"

/** A token taken apart. Nothing of it may be believed before its signature is verified. */
export interface UnverifiedToken {
  readonly text: string
  /** The algorithm that the token says it is signed with. */
  readonly alg: string
  /** The name of the key that the token says it is signed with; empty when it names none. */
  readonly kid: string
  /** The JSON text of the claims. */
  readonly claims: Span
}

/** Three parts of base64url; `alg: "none"` leaves the last one empty. */
const FORM = /^([\w-]+)\.([\w-]+)\.[\w-]*$/
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** Takes a token apart. @throws TokenError when it is no JSON Web Token. */
export function readToken(text: string): UnverifiedToken {
  const [, header, claims] = FORM.exec(text) ?? []
  if (header === undefined || claims === undefined) {
    throw new TokenError("invalid", "this is no JSON Web Token")
  }
  try {
    const { alg, kid } = readHeader(header)
    return { text, alg, kid, claims: spanOf(utf8.decode(Buffer.from(claims, "base64url"))) }
  } catch (cause) {
    throw new TokenError("invalid", "the JSON Web Token can't be read", { cause })
  }
}

type Header = Pick<UnverifiedToken, "alg" | "kid">

/** Tokens of one issuer begin alike, so the last header is as a rule the next one, too. */
let last: { readonly text: string; readonly header: Header } | undefined

function readHeader(text: string): Header {
  if (last?.text === text) return last.header
  const read: Readonly<Record<string, unknown>> = decodeProtectedHeader(`${text}..`)
  const { alg = "", kid = "", crit } = read
  if (typeof alg !== "string" || typeof kid !== "string") {
    throw new TypeError('"alg" and "kid" of the header must be texts')
  }
  // What is critical must be understood, and no extension is.
  if (crit !== undefined) throw new TypeError('"crit" of the header names extensions')
  last = { text, header: { alg, kid } }
  return last.header
}
