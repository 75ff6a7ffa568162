import { Hono, type MiddlewareHandler } from "hono"
import { cors } from "hono/cors"
import { serveAdmin } from "../admin/serve-admin.js"
import { answerError } from "./answer-error.js"
import type { RequestEnvironment, Site } from "./endpoint.js"
import { getToken } from "./get-token.js"
import { health, ready } from "./health.js"
import { limitBody } from "./limit-body.js"
import { login } from "./login.js"
import { logout } from "./logout.js"
import { metrics, metricsPath } from "./metrics.js"
import { HttpError, refusals } from "./refusals.js"
import { refuseWhileClosing } from "./refuse-while-closing.js"
import { subscribe } from "./subscribe.js"

/** How long a browser may remember what a preflight said, in seconds. */
const PREFLIGHT_LIFETIME = 600

type Bindings = { Bindings: RequestEnvironment }

/** The endpoints under `/instant/`, and before them what all of them share; the rest is the engine's. */
export function httpApp(site: Site): Hono<Bindings> {
  const { authenticate, log } = site.settings
  const app = new Hono<Bindings>({ strict: false })
  app.onError(answerError({ log, refused: (code) => site.statistics.refused(code) }))
  app.use("/instant/*", personal, allowOrigins(site))
  app.use(limitBody())
  app.use(refuseWhileClosing(site))
  if (authenticate === undefined) {
    app.all("/instant/login", login(site))
    app.all("/instant/logout", logout(site))
  }
  app.all("/instant/get_token", getToken(site))
  app.all("/instant/subscribe", subscribe(site))
  app.all("/instant/health", health())
  app.all("/instant/ready", ready(site))
  serveMetrics(app, site)
  serveAdmin(app, site)
  // Where Instant is mounted on a site, `/api` is the site's own.
  app.all("/instant/api/*", ({ req, env }) => askEngine(site, withoutPrefix(req.raw), env))
  app.all("*", ({ req, env }) => askEngine(site, req.raw, env))
  return app
}

/** Scrapes are answered where the engine does, and where Instant is mounted on a site. */
function serveMetrics(app: Hono<Bindings>, site: Site): void {
  const path = metricsPath(site.settings)
  if (path === undefined) return
  for (const each of [path, "/instant/metrics"]) app.all(each, metrics(site, path))
}

/** @throws HttpError 404 for what the engine doesn't answer, and without one in this process. */
async function askEngine(
  { engine }: Site,
  request: Request,
  environment: RequestEnvironment,
): Promise<Response> {
  const response = await engine.embedded?.fetch(request, environment)
  if (response === undefined || response.status === 404) throw new HttpError(refusals.notFound)
  return response
}

/** The same request for the path that follows `/instant`. */
function withoutPrefix(request: Request): Request {
  const url = new URL(request.url)
  url.pathname = url.pathname.replace("/instant", "")
  return new Request(url, request)
}

/** What is said to one visitor is kept by no cache, errors included. */
const personal: MiddlewareHandler = async (context, next) => {
  await next()
  // The files of a page say themselves how long they may be kept.
  if (context.res.headers.has("Cache-Control")) return
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
