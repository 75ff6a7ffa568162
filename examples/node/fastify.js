// An app of Fastify 5 whose users bring a signed token, as `Authorization: Bearer …`.
import { createInstant } from "@instant-ws/server"
import { fastifyInstant } from "@instant-ws/server/fastify"
import { fastify } from "fastify"
import { errors, jwtVerify } from "jose"

const { TOKEN_KEY: tokenKey = "", API_KEY: apiKey = "", PORT = "8000" } = process.env
const { BEARER_KEY = "" } = process.env
const bearerKey = new TextEncoder().encode(BEARER_KEY)

const instant = await createInstant({
  database: "instant.sqlite",
  secrets: { tokenKey, apiKey },
  authenticate: async ({ headers }) => {
    const [, token = ""] = /^Bearer (.+)$/.exec(headers.get("Authorization") ?? "") ?? []
    try {
      const { payload } = await jwtVerify(token, bearerKey, { algorithms: ["HS256"] })
      const { sub: id, name, staff } = payload
      if (!id) return null
      return { id, name: String(name), staff: staff === true, superuser: false, groups: [] }
    } catch (error) {
      if (error instanceof errors.JOSEError) return null
      throw error
    }
  },
})

const app = fastify()
app.register(fastifyInstant(instant))
app.get("/health", () => "The shop is well")
app.post("/api/orders", async (request, reply) => {
  await instant.broadcast({ target: "users", message: "A new order", data: request.body })
  return reply.status(201).send(request.body)
})

instant.attach(app.server)
await app.listen({ port: Number(PORT), host: "127.0.0.1" })
console.log("The shop is at", app.server.address())
