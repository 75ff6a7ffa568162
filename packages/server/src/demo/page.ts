import { existsSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { serveStatic } from "@hono/node-server/serve-static"
import type { Context, Hono, MiddlewareHandler } from "hono"
import { secureHeaders } from "hono/secure-headers"
import type { RequestEnvironment } from "../http/endpoint.js"

/** Where the build of `packages/pages` goes: beside `src` and `dist`. */
export const staticFolder = fileURLToPath(new URL("../../static", import.meta.url))

const NOT_BUILT = "The page is not built yet. Run `npm run build`, then start again.\n"

/** Serves the page with its assets from a folder; what isn't there is left to the routes that follow. */
export function servePage(app: Hono<{ Bindings: RequestEnvironment }>, folder: string): void {
  if (!existsSync(join(folder, "index.html"))) {
    app.get("/", (context) => context.text(NOT_BUILT, 503))
    return
  }
  const files = serveStatic({ root: folder })
  app.on("GET", ["/", "/favicon.svg"], headers, cache("no-cache"), files)
  // The name of an asset holds the hash of what is in it.
  app.get("/assets/*", headers, cache("public, max-age=31536000, immutable"), files)
}

/** Lets answers be kept if they are good. */
function cache(control: string): MiddlewareHandler {
  return async (context, next) => {
    await next()
    if (context.res.ok) context.header("Cache-Control", control)
  }
}

const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    fontSrc: ["'self'"],
    imgSrc: ["'self'"],
    // Not every browser counts websockets of the same host as 'self'.
    connectSrc: ["'self'", ({ req }: Context) => websockets(req.header("Host"))],
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
