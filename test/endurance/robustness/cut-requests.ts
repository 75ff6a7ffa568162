import { once } from "node:events"
import { connect } from "node:net"
import {
  encodeClientFrame,
  opcodes,
} from "../../../packages/engine/test/conformance/connections/websocket-frame.js"
import { API_KEY } from "../../../packages/engine/test/running-engine.js"
import { handshake } from "../load/raw-websocket.js"
import type { Place } from "./targets.js"

/** So many are cut at a time. */
const AT_ONCE = 8

/** Begins every kind of request, and ends it after each `step`th byte; tells how many there were. */
export async function cutRequests({ port, token }: Place, step: number): Promise<number> {
  const cuts = requests(token).flatMap((request) =>
    Array.from({ length: Math.ceil(request.length / step) }, (_, index) =>
      request.subarray(0, index * step),
    ),
  )
  const left = cuts.entries()
  const cutInTurn = async (): Promise<void> => {
    for (const [index, bytes] of left) await cut(port, bytes, index % 2 === 0)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, cutInTurn))
  return cuts.length
}

/** Sends bytes, and leaves without a word, by a reset or not. */
async function cut(port: number, bytes: Buffer, resets: boolean): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true })
  socket.on("error", () => {})
  await once(socket, "connect")
  await new Promise((resolve) => socket.write(bytes, resolve))
  const closed = new Promise((resolve) => socket.once("close", resolve))
  if (resets) socket.resetAndDestroy()
  else socket.destroy()
  await closed
}

/** A whole request of each kind, and the frames that follow where there are some. */
function requests(token: string): readonly Buffer[] {
  const commands = [
    { id: 1, connect: { token } },
    { id: 2, subscribe: { channel: "cut" } },
  ]
  const text = commands.map((command) => JSON.stringify(command)).join("\n")
  const connect = JSON.stringify({ token, subs: { cut: {} } })
  const deflate = { "Sec-WebSocket-Extensions": "permessage-deflate" }
  const frame = (content: string): Buffer => encodeClientFrame(opcodes.text, Buffer.from(content))
  const query = encodeURIComponent(connect)
  return [
    Buffer.concat([handshake("/connection/websocket"), frame(text)]),
    Buffer.concat([handshake("/connection/websocket", deflate), frame(text)]),
    Buffer.concat([handshake("/connection/uni_websocket"), frame(connect)]),
    handshake(`/connection/uni_websocket?cf_connect=${query}`),
    Buffer.from(`GET /connection/uni_sse?cf_connect=${query} HTTP/1.1\r\nHost: a\r\n\r\n`),
    post("/connection/http_stream", text),
    post("/connection/sse", text),
    post("/connection/uni_http_stream", connect),
    post("/emulation", JSON.stringify({ session: "a", node: "b", data: text })),
    post("/api/publish", JSON.stringify({ channel: "cut", data: {} })),
  ]
}

function post(path: string, body: string): Buffer {
  const head = [`POST ${path} HTTP/1.1`, "Host: a", `X-API-Key: ${API_KEY}`]
  return Buffer.from(`${head.join("\r\n")}\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
}
