import { eachMember, rawAt, type Span } from "../span.js"
import { type TokenOptions, TokenOptionsError } from "./token-options.js"

/** Finds the user's id among the claims of a token. */
export type UserClaim = (claims: Span, sub: string) => string

/** @throws TokenOptionsError for a name that Centrifugo wouldn't take either. */
export function userClaim({ user_id_claim: name = "" }: TokenOptions): UserClaim {
  if (!/^[A-Za-z_]*$/.test(name)) {
    throw new TokenOptionsError("user_id_claim", "must be made of letters and _")
  }
  return name === "" ? (_claims, sub) => sub : (claims) => textOf(claims, name)
}

/** A claim as text, whatever it is: the number 42 is the user "42". Absent and null are "". */
function textOf(claims: Span, name: string): string {
  let raw = "null"
  eachMember(claims, (key, value) => {
    if (key === name && raw === "null") raw = rawAt(value)
  })
  const value: unknown = JSON.parse(raw)
  if (value === null) return ""
  if (typeof value === "string") return value
  const isWhole = /^-?\d+$/.test(raw)
  return typeof value === "number" && !isWhole ? String(value) : raw
}
