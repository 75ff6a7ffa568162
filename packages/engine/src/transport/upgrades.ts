import type { IncomingMessage, Server } from "node:http"
import type { Duplex } from "node:stream"
import type { Admission } from "./admission.js"

/** Turns requests into websockets of one kind. */
export interface UpgradeHandler {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** Watches HTTP servers for requests that want to become websockets, and refuses those that may not. */
export class Upgrades {
  readonly #admission: Admission
  readonly #handlers: ReadonlyMap<string, UpgradeHandler>
  readonly #servers = new Map<Server, UpgradeListener>()

  /** @param handlers By path. */
  constructor(admission: Admission, handlers: ReadonlyMap<string, UpgradeHandler>) {
    this.#admission = admission
    this.#handlers = handlers
  }

  /** Takes the upgrades of a server that are ours; others are refused when nobody else may take them. */
  attach(server: Server): void {
    const listener: UpgradeListener = (request, socket, head) => {
      const handler = this.#handlers.get(pathOf(request))
      if (handler !== undefined) this.#upgrade(handler, request, { socket, head })
      else if (server.listenerCount("upgrade") === 1) refuse(socket, "404 Not Found")
    }
    server.on("upgrade", listener)
    this.#servers.set(server, listener)
  }

  /** Leaves all servers alone. */
  detach(): void {
    for (const [server, listener] of this.#servers) server.off("upgrade", listener)
    this.#servers.clear()
  }

  #upgrade(
    handler: UpgradeHandler,
    request: IncomingMessage,
    { socket, head }: { readonly socket: Duplex; readonly head: Buffer },
  ): void {
    const { origin = "" } = request.headers
    const path = pathOf(request)
    if (!this.#admission.admits(path)) refuse(socket, "503 Service Unavailable")
    else if (this.#admission.origins.admits(request.headers)) {
      handler.upgrade(request, socket, head)
    } else {
      this.#admission.refused("origin", { path, origin })
      refuse(socket, "403 Forbidden")
    }
  }
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? ""
}

/** Answers an upgrade with an HTTP status and ends the connection. */
export function refuse(socket: Duplex, status: string): void {
  const text = `${status.slice(4)}\n`
  // Node leaves an upgraded socket without a listener, and a client that resets would end the process.
  socket.on("error", () => socket.destroy())
  socket.once("finish", () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  )
}
