// Stands in for the package `next`, which is 340 MB with what it needs: what its guide to custom servers calls
// (https://nextjs.org/docs/app/guides/custom-server), two pages, and the socket of development.

/** @import { IncomingMessage, Server, ServerResponse } from "node:http" */

/** @type {Readonly<Record<string, (response: ServerResponse, body: string) => unknown>>} */
const pages = {
  "GET /health": (response) => response.end("The shop is well"),
  "POST /api/orders": (response, body) =>
    response.writeHead(201, { "Content-Type": "application/json" }).end(body),
}

/** @type {WeakSet<Server>} */
const listening = new WeakSet()

/** An app of Next.js. @param {{ dev: boolean }} _options */
export default function next(_options) {
  return {
    async prepare() {},
    getRequestHandler() {
      return answer
    },
  }
}

/** @param {IncomingMessage} request @param {ServerResponse} response */
async function answer(request, response) {
  if ("server" in request.socket) listenOnce(/** @type {Server} */ (request.socket.server))
  const parts = []
  for await (const part of request) parts.push(part)
  const page = pages[`${request.method} ${request.url}`]
  if (page === undefined) response.writeHead(404).end("This page could not be found")
  else page(response, Buffer.concat(parts).toString())
}

/** Next.js finds the server of a custom one at its first request. @param {Server} server */
function listenOnce(server) {
  if (listening.has(server)) return
  listening.add(server)
  server.on("upgrade", ({ url = "" }, socket) => {
    if (!url.startsWith("/_next/")) return
    socket.end("HTTP/1.1 101 Switching Protocols\r\nUpgrade: hmr\r\nConnection: Upgrade\r\n\r\n")
  })
}
