import { createServer } from "node:http"
import { getRequestListener } from "@hono/node-server"
import { createEngine } from "@instant-ws/engine"
import { pino } from "pino"
import { listen, portOf, stopListening } from "../listening.js"
import type { ServerKind, ServerUnderTest } from "./server-under-test.js"

/** The engine of this checkout, in this process. */
export const engineKind: ServerKind = {
  name: "the engine (CENTRIFUGO_BIN is not set)",
  isOurs: true,
  canPlay: () => true,
  start: startEngine,
}

/** Starts an engine behind an HTTP server, as `instant serve` does. @throws ConfigError */
async function startEngine(configText: string): Promise<ServerUnderTest> {
  const engine = createEngine(JSON.parse(configText), { log: pino({ level: "silent" }) })
  const server = createServer(getRequestListener((request) => engine.fetch(request)))
  engine.attach(server)
  await listen(server)
  let closing: Promise<void> | undefined
  const close = async () => {
    await engine.close()
    server.close()
  }
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    shutDown: () => {
      closing ??= close()
    },
    async [Symbol.asyncDispose]() {
      closing ??= close()
      await closing
      await stopListening(server)
    },
  }
}
