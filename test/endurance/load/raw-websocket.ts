import { randomBytes } from "node:crypto"
import { connect, type Socket } from "node:net"
import {
  encodeClientFrame,
  opcodes,
  type WebsocketFrame,
  websocketFrameReader,
} from "../../../packages/engine/test/conformance/connections/websocket-frame.js"

const END_OF_HEAD = "\r\n\r\n"
/** How long a server may take to answer a handshake, in milliseconds. */
const PATIENCE = 10_000

/** A handshake that was answered, but not with 101. */
export class RefusedError extends Error {
  readonly status: number
  /** In seconds; undefined when the server doesn't say. */
  readonly retryAfter: number | undefined

  constructor(head: string) {
    super(`the handshake was answered with ${head.split("\r\n", 1)[0]}`)
    this.status = Number(head.split(" ", 2)[1])
    const after = /^retry-after: *(\d+)/im.exec(head)?.[1]
    this.retryAfter = after === undefined ? undefined : Number(after)
  }
}

/** The bytes with which a client asks for a websocket. */
export function handshake(path: string, headers: Readonly<Record<string, string>> = {}): Buffer {
  const lines = Object.entries({
    Host: "127.0.0.1",
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`)
  return Buffer.from([`GET ${path} HTTP/1.1`, ...lines].join("\r\n") + END_OF_HEAD)
}

/** What happens to a websocket. */
export interface RawWebsocketEvents {
  frame(frame: WebsocketFrame): void
  closed(): void
}

/** A websocket that is but a socket: it sends whatever bytes, and can be cut. */
export class RawWebsocket {
  readonly #socket: Socket
  readonly #readFrames = websocketFrameReader()
  readonly #events: RawWebsocketEvents

  constructor(socket: Socket, events: RawWebsocketEvents) {
    this.#socket = socket
    this.#events = events
  }

  /** @throws RefusedError for another answer than 101, and Error when there is none. */
  static open(port: number, request: Buffer, events: RawWebsocketEvents): Promise<RawWebsocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true })
      const websocket = new RawWebsocket(socket, events)
      let head = Buffer.alloc(0)
      const readHead = (chunk: Buffer): void => {
        head = Buffer.concat([head, chunk])
        const end = head.indexOf(END_OF_HEAD)
        if (end < 0) return
        const text = head.toString("latin1", 0, end)
        if (!text.startsWith("HTTP/1.1 101 ")) {
          reject(new RefusedError(text))
          socket.destroy()
          return
        }
        socket.off("data", readHead)
        socket.setTimeout(0)
        socket.on("data", (bytes: Buffer) => websocket.#read(bytes))
        resolve(websocket)
        websocket.#read(head.subarray(end + END_OF_HEAD.length))
      }
      socket.once("connect", () => socket.write(request))
      socket.on("data", readHead)
      socket.setTimeout(PATIENCE, () => socket.destroy(new Error("no answer to the handshake")))
      socket.on("error", reject)
      socket.on("close", () => {
        reject(new Error("the connection was closed before the handshake was answered"))
        events.closed()
      })
    })
  }

  /** Sends a text message. */
  send(text: string): void {
    this.write(encodeClientFrame(opcodes.text, Buffer.from(text)))
  }

  /** Sends bytes as they are. */
  write(bytes: Buffer): void {
    if (this.#socket.writable) this.#socket.write(bytes)
  }

  /** Reads nothing more. */
  pause(): void {
    this.#socket.pause()
  }

  /** Resets the connection. */
  cut(): void {
    this.#socket.resetAndDestroy()
  }

  #read(bytes: Buffer): void {
    for (const frame of this.#readFrames(bytes)) {
      if (frame.opcode === opcodes.ping) this.write(encodeClientFrame(opcodes.pong, frame.payload))
      this.#events.frame(frame)
    }
  }
}
