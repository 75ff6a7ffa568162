import type { Off } from "./listeners.js"

/** What happens to the device, or the page on it. */
export interface WakeEvents {
  /** There is no network any more. */
  offline(): void
  /** The network is back or another one, or the page is seen again: the connection may be dead. */
  wake(): void
}

/** Listens to the browser, where there is one. Node has no such events. */
export function watchDevice({ offline, wake }: WakeEvents): Off {
  const seen = () => {
    if (document.visibilityState === "visible") wake()
  }
  const listeners = { offline, online: wake, visibilitychange: seen }
  const each = (method: "addEventListener" | "removeEventListener") => {
    for (const [event, listener] of Object.entries(listeners)) globalThis[method]?.(event, listener)
  }
  each("addEventListener")
  return () => each("removeEventListener")
}
