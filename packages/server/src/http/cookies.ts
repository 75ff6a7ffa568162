import { deleteCookie, getCookie, setCookie } from "hono/cookie"
import { type CookieOptions, parse } from "hono/utils/cookie"
import { SESSION_LIFETIME } from "../accounts/session-store.js"
import type { RequestContext } from "./endpoint.js"

const SESSION = "sessionid"
const CSRF = "csrftoken"
/** In seconds. */
const ONE_YEAR = 365 * 24 * 3600

/** The session that a request belongs to, or undefined. */
export function sessionCookie({ headers }: Request): string | undefined {
  return parse(headers.get("Cookie") ?? "", SESSION)[SESSION]
}

/** Hands out a session, which no script can read. */
export function setSessionCookie(context: RequestContext, value: string): void {
  setCookie(context, SESSION, value, {
    ...shared(context),
    httpOnly: true,
    maxAge: SESSION_LIFETIME,
  })
}

/** Takes the session's cookie away from the browser. */
export function clearSessionCookie(context: RequestContext): void {
  deleteCookie(context, SESSION, shared(context))
}

/** The secret that tokens against forgery are made of, as the browser has it. */
export function csrfCookie(context: RequestContext): string | undefined {
  return getCookie(context, CSRF)
}

/** Hands out the secret against forgery, which the scripts of our own pages may read. */
export function setCsrfCookie(context: RequestContext, value: string): void {
  setCookie(context, CSRF, value, { ...shared(context), maxAge: ONE_YEAR })
}

function shared(context: RequestContext): CookieOptions {
  return { path: "/", sameSite: "Lax", secure: isHttps(context) }
}

/** Whether the browser speaks TLS, to this server or to the proxy before it. */
function isHttps({ req }: RequestContext): boolean {
  const [forwarded] = (req.header("X-Forwarded-Proto") ?? "").split(",")
  return forwarded?.trim() === "https" || new URL(req.url).protocol === "https:"
}
