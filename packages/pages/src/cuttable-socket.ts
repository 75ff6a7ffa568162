import { Store } from "./store.js"

/** When the cut ends, in ms since 1970; undefined while the line is whole. */
export const cutUntil = new Store<number | undefined>(undefined)

const open = new Set<CuttableSocket>()

/** The browser's WebSocket, with a pair of scissors. */
export class CuttableSocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols)
    open.add(this)
    this.addEventListener("close", () => open.delete(this))
    if (cutUntil.value !== undefined) this.close()
  }
}

/** Drops every open socket, and each new one too until the time has passed. */
export function cutSockets(milliseconds: number): void {
  if (cutUntil.value !== undefined) return
  cutUntil.set(Date.now() + milliseconds)
  for (const socket of open) socket.close()
  setTimeout(() => {
    cutUntil.set(undefined)
    // The client waits between its attempts; this is how a browser tells it to try now.
    window.dispatchEvent(new Event("online"))
  }, milliseconds)
}
