import type { IncomingMessage, Server } from "node:http"
import type { Duplex } from "node:stream"
import { isOwnSite } from "./own-site.js"

/**
 * Lets the pages of a server's own host open websockets at `path`: the engine, as Centrifugo, admits
 * only listed origins and what comes without one. The answer takes the listener away again.
 */
export function admitOwnPages(server: Server, path: string): () => void {
  const listener = (request: IncomingMessage, socket: Duplex): void => {
    const { headers, url = "" } = request
    if (url.split("?", 1)[0] === path) {
      if (isOwnSite(senderOf(headers), [])) delete headers.origin
    } else if (server.listenerCount("upgrade") === 2) {
      // Only the engine listens beside us, and would think that this listener takes the socket.
      socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    }
  }
  server.prependListener("upgrade", listener)
  return () => server.off("upgrade", listener)
}

function senderOf({ origin, host, ...headers }: IncomingMessage["headers"]) {
  const fetchSite = headers["sec-fetch-site"]
  return { origin, host, fetchSite: typeof fetchSite === "string" ? fetchSite : undefined }
}
