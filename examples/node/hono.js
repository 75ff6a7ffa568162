// An app of Hono that has Instant beside its own routes.
import { createServer } from "node:http"
import { getRequestListener } from "@hono/node-server"
import { createInstant } from "@instant-ws/server"
import { honoInstant } from "@instant-ws/server/hono"
import { Hono } from "hono"

const { TOKEN_KEY: tokenKey = "", API_KEY: apiKey = "", PORT = "8000" } = process.env
const instant = await createInstant({
  database: "instant.sqlite",
  secrets: { tokenKey, apiKey },
})

const app = new Hono()
app.use(honoInstant(instant))
app.get("/health", (context) => context.text("The shop is well"))
app.post("/api/orders", async (context) => {
  const order = await context.req.json()
  await instant.broadcast({ target: "users", message: "A new order", data: order })
  return context.json(order, 201)
})

const server = createServer(getRequestListener(app.fetch))
instant.attach(server)
server.listen(Number(PORT), "127.0.0.1", () => {
  console.log("The shop is at", server.address())
})
