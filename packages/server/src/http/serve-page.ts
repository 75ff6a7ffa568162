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
  /** Ends with a slash. */
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
  // An app that isn't strict knows an address without the slash at its end.
  const place = path === "/" ? path : path.slice(0, -1)
  if (!existsSync(join(folder, "index.html"))) {
    app.get(place, (context) => context.text(NOT_BUILT, 503))
    return
  }
  const headers = policy(websocketUrl)
  const rewriteRequestPath = (whole: string) => `/${whole.slice(path.length)}`
  const files = serveStatic({ root: folder, rewriteRequestPath })
  app.on("GET", [place, `${path}favicon.svg`], headers, cache("no-cache"), files)
  // The name of an asset holds the hash of what is in it.
  app.get(`${path}assets/*`, headers, cache("public, max-age=31536000, immutable"), files)
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
