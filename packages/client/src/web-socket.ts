import { InstantError } from "./instant-error.js"

/** A class with the interface of the browsers' `WebSocket`, such as that of the package `ws`. */
export type WebSocketClass = new (url: string, protocols?: string | string[]) => object

/**
 * The WebSocket to use: the one given, the platform's own, or that of the package `ws` if installed.
 * @throws InstantError of kind `usage` when there is none.
 */
export async function findWebSocket(given: WebSocketClass | undefined): Promise<WebSocketClass> {
  const found = given ?? globalThis.WebSocket ?? (await installed("ws"))
  if (found !== undefined) return found
  throw new InstantError(
    "usage",
    "There is no WebSocket here: run `npm install ws`, or pass useInstant({ websocket })",
  )
}

/** The name is an argument, so that a bundler for browsers sees no package that it must find. */
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
