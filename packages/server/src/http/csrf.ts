import { createHmac, randomBytes, timingSafeEqual } from "node:crypto"
import { csrfCookie, setCsrfCookie } from "./cookies.js"
import type { RequestContext } from "./endpoint.js"
import { HttpError, refusals } from "./refusals.js"

/** 32 characters in base64url, for the cookie's secret as for each half of a token. */
const BYTES = 24
const LENGTH = 32

/**
 * A token of 64 characters for the visitor's cookie, new at every call: a page of another site can
 * neither read the one nor make the other. The cookie is made when it is absent or when `rotate` asks.
 */
export function issueCsrfToken(context: RequestContext, { rotate = false } = {}): string {
  const known = rotate ? undefined : validSecret(csrfCookie(context))
  const secret = known ?? randomBytes(BYTES).toString("base64url")
  setCsrfCookie(context, secret)
  const salt = randomBytes(BYTES).toString("base64url")
  return salt + seal(secret, salt)
}

/** @throws HttpError 403 unless `X-CSRFToken` holds a token for the cookie, or the cookie itself. */
export function requireCsrfToken(context: RequestContext): void {
  const secret = validSecret(csrfCookie(context))
  const given = context.req.header("X-CSRFToken")
  if (secret === undefined || given === undefined || !isTokenOf(secret, given)) {
    throw new HttpError(refusals.csrf)
  }
}

function isTokenOf(secret: string, given: string): boolean {
  if (given.length === LENGTH) return isEqual(given, secret)
  const salt = given.slice(0, LENGTH)
  return isEqual(given.slice(LENGTH), seal(secret, salt))
}

function seal(secret: string, salt: string): string {
  return createHmac("sha256", secret).update(salt).digest("base64url").slice(0, LENGTH)
}

function validSecret(cookie: string | undefined): string | undefined {
  return cookie !== undefined && /^[\w-]{32}$/.test(cookie) ? cookie : undefined
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
