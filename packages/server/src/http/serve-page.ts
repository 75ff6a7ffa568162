import { existsSync } from "node:fs"
import { join } from "node:path"
import { serveStatic } from "@hono/node-server/serve-static"
import type { Context, Hono, MiddlewareHandler } from "hono"
import { secureHeaders } from "hono/secure-headers"
import type { RequestEnvironment } from "./endpoint.js"

/** A page as it was built, and where it is served. */
export interface BuiltPage {
  /** Of `index.html`, its `favicon.svg` and its `assets`. */
  readonly folder: string
  /** Without a slash at its end; empty for the root. */
  readonly path: string
  /** Where its sockets go, when it isn't to the host that serves it. */
  readonly websocketUrl?: string | undefined
}

const NOT_BUILT = "The page is not built yet. Run `npm run build`, then start again.\n"

/** Serves a page with its assets; what isn't there is left to the routes that follow. */
export function servePage(
  app: Hono<{ Bindings: RequestEnvironment }>,
  { folder, path, websocketUrl }: BuiltPage,
): void {
  // An app that isn't strict about slashes knows the first alone.
  const places = [path, `${path}/`]
  app.on("GET", places, endWithSlash)
  if (!existsSync(join(folder, "index.html"))) {
    app.on("GET", places, (context) => context.text(NOT_BUILT, 503))
    return
  }
  const headers = policy(websocketUrl)
  const files = serveStatic({
    root: folder,
    rewriteRequestPath: (whole) => whole.slice(path.length) || "/",
  })
  app.on("GET", [...places, `${path}/favicon.svg`], headers, cache("no-cache"), files)
  // The name of an asset holds the hash of what is in it.
  app.get(`${path}/assets/*`, headers, cache("public, max-age=31536000, immutable"), files)
}

/** A page names its files from where it is. */
const endWithSlash: MiddlewareHandler = async ({ req, redirect }, next) => {
  const { pathname } = new URL(req.url)
  if (!pathname.endsWith("/")) return redirect(`${pathname}/`)
  await next()
  return
}

/** Lets answers be kept if they are good. */
function cache(control: string): MiddlewareHandler {
  return async (context, next) => {
    await next()
    if (context.res.ok) context.header("Cache-Control", control)
  }
}

const policy = (websocketUrl: string | undefined) =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      fontSrc: ["'self'"],
      imgSrc: ["'self'"],
      // Not every browser counts websockets of the same host as 'self'.
      connectSrc: [
        "'self'",
        ({ req }: Context) => websockets(req.header("Host")),
        ...(websocketUrl === undefined ? [] : [new URL(websocketUrl).origin]),
      ],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: "no-referrer",
    // What the page is served over is for the proxy before it to say.
    strictTransportSecurity: false,
  })

function websockets(host: string | undefined): string {
  return host !== undefined && /^[\w.:[\]-]+$/.test(host) ? `ws://${host} wss://${host}` : ""
}
