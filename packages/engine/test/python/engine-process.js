import { createServer } from "node:http"
import { getRequestListener } from "@hono/node-server"
import { createEngine } from "@instant-ws/engine"

// Serves the engine as it is built, with the configuration of the first argument, on a free port, whose
// number it prints. Ends with its standard input.

const [, , config = "{}"] = process.argv
const engine = createEngine(JSON.parse(config), { hooks: { onRpc: async ({ data }) => data } })
const server = createServer(getRequestListener((request) => engine.fetch(request)))
engine.attach(server)
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (typeof address === "object") process.stdout.write(`${address?.port}\n`)
})
process.stdin.resume()
process.stdin.once("end", async () => {
  await engine.close()
  server.close()
  server.closeAllConnections()
})
