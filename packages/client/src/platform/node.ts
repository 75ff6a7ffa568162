export type { CookieJar, Platform, WebSocketClass } from "./platform.js"

import { NodeCookieJar } from "./node-cookie-jar.js"
import type { Platform, WebSocketClass } from "./platform.js"

/** Node: its `fetch` keeps no cookies, and before version 22 the WebSocket is the package `ws`. */
export const platform: Platform = {
  findWebSocket: async () => globalThis.WebSocket ?? (await installed("ws")),
  createCookieJar: () => new NodeCookieJar(),
}

/** The name is an argument, so that a bundler sees no package that it must find. */
async function installed(name: string): Promise<WebSocketClass | undefined> {
  try {
    const module: { readonly default?: WebSocketClass } = await import(
      /* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ name
    )
    return module.default
  } catch {
    return undefined
  }
}
