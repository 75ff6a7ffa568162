/** A class with the interface of the browsers' `WebSocket`, such as that of the package `ws`. */
export type WebSocketClass = new (url: string, protocols?: string | string[]) => object

/** What browsers and Node do each in their own way. */
export interface Platform {
  /** The WebSocket to use when the application gives none. @throws InstantError when there is none. */
  findWebSocket(): Promise<WebSocketClass>
  /** Gives a `fetch` that keeps cookies. */
  withCookies(fetcher: typeof fetch): typeof fetch
}
