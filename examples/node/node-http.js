// A server of node:http that has Instant beside its own routes.
import { createServer } from "node:http"
import { json } from "node:stream/consumers"
import { createInstant } from "@instant-ws/server"
import { nodeHandler } from "@instant-ws/server/node"

const { TOKEN_KEY: tokenKey = "", API_KEY: apiKey = "", PORT = "8000" } = process.env
const instant = await createInstant({
  database: "instant.sqlite",
  secrets: { tokenKey, apiKey },
})
const answerInstant = nodeHandler(instant)

const server = createServer((request, response) => {
  answerInstant(request, response, () => answer(request, response))
})
instant.attach(server)
server.listen(Number(PORT), "127.0.0.1", () => {
  console.log("The shop is at", server.address())
})

/**
 * The shop's own routes.
 *
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
async function answer(request, response) {
  if (request.url === "/health") {
    response.end("The shop is well")
  } else if (request.method === "POST" && request.url === "/api/orders") {
    const order = await json(request)
    await instant.broadcast({ target: "users", message: "A new order", data: order })
    response.writeHead(201, { "Content-Type": "application/json" }).end(JSON.stringify(order))
  } else {
    response.writeHead(404).end("The shop has no such page")
  }
}
