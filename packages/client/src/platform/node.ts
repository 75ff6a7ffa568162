export type { Platform, WebSocketClass } from "./platform.js"

import { InstantError } from "../instant-error.js"
import { NodeCookieJar } from "./node-cookie-jar.js"
import type { Platform, WebSocketClass } from "./platform.js"

/** Node: its `fetch` keeps no cookies, and before version 22 the WebSocket is the package `ws`. */
export const platform: Platform = {
  findWebSocket: async () => globalThis.WebSocket ?? (await installed("ws")),

  withCookies(fetcher) {
    const cookies = new NodeCookieJar()
    return async (url, request) => {
      const headers = { ...Object(request?.headers), ...cookies.header }
      const response = await fetcher(url, { ...request, headers })
      cookies.keep(response.headers)
      return response
    }
  },
}

/** The name is an argument, so that a bundler sees no package that it must find. */
async function installed(name: string): Promise<WebSocketClass> {
  try {
    const module: { readonly default: WebSocketClass } = await import(
      /* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ name
    )
    return module.default
  } catch {
    throw new InstantError("usage", "No WebSocket: `npm install ws`, or pass { websocket }")
  }
}
