import { z } from "zod"
import { AttemptLimit } from "../accounts/attempt-limit.js"
import type { Account } from "../accounts/user.js"
import { addressOf } from "./address.js"
import { sessionCookie, setSessionCookie } from "./cookies.js"
import { issueCsrfToken } from "./csrf.js"
import { endpoint, type RequestContext, type Site } from "./endpoint.js"
import { tokens } from "./get-token.js"
import { readJson } from "./json-body.js"
import { requireOwnSite } from "./own-site.js"
import { HttpError, refusals } from "./refusals.js"

const ONE_MINUTE = 60_000
/** Failed attempts a minute, for one name from anywhere and for one address on any name. */
const PER_NAME = 10
const PER_ADDRESS = 30

/** What is signed in with. Null is a wrong name or password, as django-instant has it. */
export const credentialsSchema = z.object({
  username: z.string().nullable(),
  password: z.string().nullable(),
})

interface Credentials {
  readonly username: string
  readonly password: string
}

/**
 * `POST /instant/login/`: begins a session and answers tokens. Who is signed in already becomes the
 * user of these credentials, with a new session, and stays who they were when they are wrong.
 */
export const login = (site: Site) => {
  const limits = {
    name: new AttemptLimit(PER_NAME, ONE_MINUTE),
    address: new AttemptLimit(PER_ADDRESS, ONE_MINUTE),
  }
  return endpoint(["POST"], async (context) => {
    requireOwnSite(context, site.settings.allowedOrigins)
    const credentials = await readCredentials(context)
    const keys = {
      name: credentials.username.normalize("NFKC"),
      address: addressOf(context),
    }
    const wait = Math.max(limits.address.take(keys.address), limits.name.take(keys.name))
    if (wait > 0) throw new HttpError(refusals.tooManyAttempts, { "Retry-After": String(wait) })
    const { username, password } = credentials
    const account = await site.store.users.verify(username, password)
    if (account === undefined) throw new HttpError(refusals.wrongCredentials)
    limits.address.giveBack(keys.address)
    limits.name.giveBack(keys.name)
    return signIn(site, context, account)
  })
}

async function readCredentials(context: RequestContext): Promise<Credentials> {
  const { success, data } = credentialsSchema.safeParse(await readJson(context))
  if (!success) throw new HttpError(refusals.badCredentials)
  const { username, password } = data
  if (username === null || password === null) throw new HttpError(refusals.wrongCredentials)
  return { username, password }
}

async function signIn(site: Site, context: RequestContext, account: Account): Promise<Response> {
  const { sessions } = site.store
  const old = sessionCookie(context.req.raw)
  if (old !== undefined) await sessions.end(old)
  setSessionCookie(context, await sessions.begin(account))
  site.signIns.emit({ user: account })
  return tokens(site, context, {
    visitor: account,
    csrf_token: issueCsrfToken(context, { rotate: true }),
  })
}
