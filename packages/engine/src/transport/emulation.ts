import {
  BadFrameError,
  decodeBinaryCommands,
  decodeBinaryEmulation,
  decodeCommands,
  decodeEmulation,
  payloadBytes,
} from "@instant-ws/protocol"
import { type Context, Hono } from "hono"
import { limitBody } from "../limit-body.js"
import type { Node } from "../node.js"
import type { Sessions } from "../session/sessions.js"
import { cors } from "./cors.js"
import type { OriginPolicy } from "./origin.js"

/** Where clients of SSE and HTTP streams post their commands, naming their session and its node. */
export function emulation(node: Node, sessions: Sessions, origins: OriginPolicy): Hono {
  const app = new Hono()
  const { handler_prefix: path, max_request_body_size: maxSize } = node.config.emulation
  app.use(path, cors(origins, "POST, OPTIONS"))
  app.use(path, limitBody(maxSize))
  app.post(path, async (context) => {
    const request = await emulationRequest(context)
    if (request === undefined) {
      sessions.unreadable("emulation")
      return context.body(null, 400)
    }
    if (request.node !== node.uid) return context.body(null, 404)
    const isTaken = sessions.emulated(request.session)?.receive(request.commands) ?? true
    return context.body(null, isTaken ? 204 : 429)
  })
  app.all(path, (context) => context.body(null, 405))
  return app
}

/** In JSON the commands are a JSON string, in Protobuf bytes. */
async function emulationRequest(context: Context) {
  try {
    if (context.req.header("Content-Type") === "application/octet-stream") {
      const body = new Uint8Array(await context.req.arrayBuffer())
      const { data = new Uint8Array(), ...request } = decodeBinaryEmulation(body)
      return { ...request, commands: decodeBinaryCommands(payloadBytes(data)) }
    }
    const { data = '""', ...request } = decodeEmulation(await context.req.text())
    const text: unknown = JSON.parse(data.toString())
    if (typeof text !== "string") return undefined
    return { ...request, commands: decodeCommands(text) }
  } catch (error) {
    if (error instanceof BadFrameError) return undefined
    throw error
  }
}
