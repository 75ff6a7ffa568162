export type { Platform, WebSocketClass } from "./platform.js"

import type { Platform } from "./platform.js"

/** Browsers and workers: they keep the cookies themselves, and show them to nobody. */
export const platform: Platform = {
  findWebSocket: async () => WebSocket,
  withCookies: (fetcher) => fetcher,
}
