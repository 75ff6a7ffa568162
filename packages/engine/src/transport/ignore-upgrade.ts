import type { Server } from "node:http"
import type { Upgrade } from "./websocket-acceptor.js"

/**
 * Has a server answer a request as if it had asked for no other protocol. Java's HTTP client and `curl --http2` ask each
 * server for HTTP/2 with their first request, and go on with HTTP/1.1 where nothing is said to that.
 */
export function ignoreUpgrade(server: Server, { request, socket, head }: Upgrade): void {
  const { method, url, httpVersion, rawHeaders } = request
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ""
    if (name.toLowerCase() !== "upgrade") lines.push(`${name}: ${rawHeaders[at + 1]}`)
  }
  // Node has let go of the socket: it reads the request once more, without what made it do so.
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]))
  server.emit("encrypted" in socket ? "secureConnection" : "connection", socket)
}
