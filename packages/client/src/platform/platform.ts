/** A class with the interface of the browsers' `WebSocket`, such as that of the package `ws`. */
export type WebSocketClass = new (url: string, protocols?: string | string[]) => object

/** Keeps a backend's cookies. */
export interface CookieJar {
  /** Takes the cookies that a response sets, and drops those that it ends. */
  keep(headers: Headers): void
  /** The header that gives the cookies back; none when there are none. */
  readonly header: { readonly cookie?: string }
}

/** What browsers and Node do each in their own way. */
export interface Platform {
  /** The WebSocket to use when the application gives none; undefined when there is none. */
  findWebSocket(): Promise<WebSocketClass | undefined>
  createCookieJar(): CookieJar
}
