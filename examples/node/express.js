// An app of Express 5 that signs its users in by itself, with express-session.
import { createInstant } from "@instant-ws/server"
import { expressInstant, expressRequest } from "@instant-ws/server/express"
import express from "express"
import session from "express-session"

const { TOKEN_KEY: tokenKey = "", API_KEY: apiKey = "", PORT = "8000" } = process.env
const { SESSION_SECRET = "" } = process.env

const instant = await createInstant({
  database: "instant.sqlite",
  secrets: { tokenKey, apiKey },
  authenticate: (_, environment) => userOf(expressRequest(environment).session),
})

const app = express()
app.use(express.json())
app.use(
  session({
    secret: SESSION_SECRET,
    cookie: { sameSite: "lax", secure: "auto" },
    resave: false,
    saveUninitialized: false,
  }),
)
app.use(expressInstant(instant))

app.post("/login", (request, response) => {
  // A shop would ask for a password here. Who signs in gets a session of their own.
  request.session.regenerate(() => {
    Object.assign(request.session, { name: String(request.body.name) })
    response.sendStatus(204)
  })
})
app.post("/logout", (request, response) => {
  request.session.destroy(() => response.sendStatus(204))
})
app.get("/health", (_, response) => {
  response.send("The shop is well")
})
app.post("/api/orders", async (request, response) => {
  await instant.broadcast({ target: "users", message: "A new order", data: request.body })
  response.status(201).json(request.body)
})

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log("The shop is at", server.address())
})
instant.attach(server)

/**
 * Who a session belongs to.
 *
 * @param {import("express-session").Session & { name?: string }} session
 * @returns {import("@instant-ws/server").InstantUser | null}
 */
function userOf({ name }) {
  if (name === undefined) return null
  return { id: name, name, staff: false, superuser: false, groups: [] }
}
