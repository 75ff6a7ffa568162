import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { withDeadline } from "../../../test/with-deadline.js"
import { websocketFrame } from "../src/transport/websocket-frame.js"

/** An open TCP connection over which nothing was said yet. */
export async function bareSocket(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1")
  socket.on("error", () => {})
  await once(socket, "connect")
  return socket
}

export function bareSockets(port: number, count: number): Promise<readonly Socket[]> {
  return Promise.all(Array.from({ length: count }, () => bareSocket(port)))
}

/** What a client says first that wants a websocket. */
export function handshake(path = "/connection/websocket", headers = ""): string {
  const key = Buffer.alloc(16).toString("base64")
  return (
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${headers}` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`
  )
}

/** The head of the answer; what there is of it when the connection ends before. */
export async function headOf(socket: Socket): Promise<string> {
  let head = ""
  const whole = new Promise<string>((resolve) => {
    socket.on("data", (chunk: Buffer) => {
      head += chunk.toString("latin1")
      if (head.includes("\r\n\r\n")) resolve(head)
    })
    socket.once("close", () => resolve(head))
  })
  return withDeadline("the head of the answer", whole)
}

/** Resolves when a socket is closed. */
export function closed(socket: Socket): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    if (socket.closed) resolve()
    else socket.once("close", () => resolve())
  })
  return withDeadline("the end of the connection", gone)
}

/** A frame as a client sends it, with a mask of zeros. */
export function clientFrame(opcode: number, payload: Uint8Array): Buffer {
  const frame = websocketFrame(opcode, [payload])
  const header = frame.subarray(0, frame.length - payload.length)
  header.writeUInt8(header.readUInt8(1) | 0x80, 1)
  return Buffer.concat([header, Buffer.alloc(4), payload])
}
