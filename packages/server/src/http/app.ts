import { type ErrorHandler, Hono, type MiddlewareHandler } from "hono"
import { bodyLimit } from "hono/body-limit"
import { cors } from "hono/cors"
import type { Logger } from "pino"
import type { RequestEnvironment, Site } from "./endpoint.js"
import { getToken } from "./get-token.js"
import { login } from "./login.js"
import { logout } from "./logout.js"
import { HttpError, refusals } from "./refusals.js"
import { subscribe } from "./subscribe.js"

const ONE_MIB = 1_048_576
/** How long a browser may remember what a preflight said, in seconds. */
const PREFLIGHT_LIFETIME = 600

type Bindings = { Bindings: RequestEnvironment }

/** The endpoints under `/instant/`, and before them what all of them share; the rest is the engine's. */
export function httpApp(site: Site): Hono<Bindings> {
  const { authenticate, log } = site.settings
  const app = new Hono<Bindings>({ strict: false })
  app.onError(answerError(log))
  app.use("/instant/*", personal, allowOrigins(site), limitBody())
  if (authenticate === undefined) {
    app.all("/instant/login", login(site))
    app.all("/instant/logout", logout(site))
  }
  app.all("/instant/get_token", getToken(site))
  app.all("/instant/subscribe", subscribe(site))
  app.all("*", async (context) => {
    const response = await site.engine.fetch(context.req.raw)
    if (response.status === 404) throw new HttpError(refusals.notFound)
    return response
  })
  return app
}

/** What is said to one visitor is kept by no cache, errors included. */
const personal: MiddlewareHandler = async (context, next) => {
  await next()
  context.header("Cache-Control", "no-store")
  context.header("Vary", "Cookie", { append: true })
}

function allowOrigins({ settings }: Site): MiddlewareHandler {
  if (settings.allowedOrigins.length === 0) return (_, next) => next()
  return cors({
    origin: settings.allowedOrigins,
    credentials: true,
    allowMethods: ["GET", "POST"],
    allowHeaders: ["Content-Type", "X-CSRFToken"],
    maxAge: PREFLIGHT_LIFETIME,
  })
}

function limitBody(): MiddlewareHandler {
  return bodyLimit({
    maxSize: ONE_MIB,
    onError: () => {
      // The rest of the body is never read, so that nothing more can come on this connection.
      throw new HttpError(refusals.tooLarge, { Connection: "close" })
    },
  })
}

function answerError(log: Logger | undefined): ErrorHandler {
  return (error, context) => {
    const isOurs = error instanceof HttpError
    if (!isOurs) log?.error({ err: error, path: context.req.path }, "a request failed")
    const { refusal, headers } = isOurs ? error : new HttpError(refusals.internal)
    const { status, code, message } = refusal
    return context.json({ error: { code, message } }, status, headers)
  }
}
