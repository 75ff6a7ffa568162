// A custom server of Next.js, in the folder of a Next.js app: `node next.js` in place of `next dev` and `next start`.
import { createServer } from "node:http"
import { createInstant } from "@instant-ws/server"
import { nodeHandler } from "@instant-ws/server/node"
import next from "next"

const { TOKEN_KEY: tokenKey = "", API_KEY: apiKey = "", PORT = "8000" } = process.env
const instant = await createInstant({
  database: "instant.sqlite",
  secrets: { tokenKey, apiKey },
})
const answerInstant = nodeHandler(instant)

const app = next({ dev: process.env.NODE_ENV !== "production" })
await app.prepare()
const answerNext = app.getRequestHandler()

const server = createServer((request, response) => {
  answerInstant(request, response, () => answerNext(request, response))
})
instant.attach(server)
server.listen(Number(PORT), "127.0.0.1", () => {
  console.log("The shop is at", server.address())
})
