// An app of Koa that has Instant beside its own routes.
import { json } from "node:stream/consumers"
import { createInstant } from "@instant-ws/server"
import { koaInstant } from "@instant-ws/server/koa"
import Koa from "koa"

const { TOKEN_KEY: tokenKey = "", API_KEY: apiKey = "", PORT = "8000" } = process.env
const instant = await createInstant({
  database: "instant.sqlite",
  secrets: { tokenKey, apiKey },
})

const app = new Koa()
app.use(koaInstant(instant))
app.use(async (context) => {
  if (context.path === "/health") {
    context.body = "The shop is well"
  } else if (context.method === "POST" && context.path === "/api/orders") {
    const order = await json(context.req)
    await instant.broadcast({ target: "users", message: "A new order", data: order })
    context.status = 201
    context.body = order
  }
})

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log("The shop is at", server.address())
})
instant.attach(server)
