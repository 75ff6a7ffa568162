import { randomBytes } from "node:crypto"
import type { Duplex } from "node:stream"
import { constants, deflateRawSync, inflateRawSync } from "node:zlib"
import { exchange, type HttpRequest, readBody } from "../http-exchange.js"
import type { Wire } from "../wire.js"
import type { Connection, Opened, Outgoing } from "./connection.js"
import { Inbox } from "./inbox.js"
import {
  encodeClientFrame,
  opcodes,
  type WebsocketFrame,
  websocketFrameReader,
} from "./websocket-frame.js"

/** How long a server may take to answer a close frame, in milliseconds. */
const CLOSE_WAIT = 500
const NORMAL_CLOSE = 1000
const NO_CODE = 1005
const ABNORMAL_CLOSE = 1006
/** What a sync flush ends with, and RFC 7692 leaves out. */
const FLUSH_TAIL = Buffer.from([0, 0, 0xff, 0xff])

/** Where a websocket is opened, and how. */
export interface WebsocketRequest {
  readonly path: string
  readonly subprotocol: string | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
}

/**
 * Opens a websocket. It has its own frames instead of a library's, because scenarios see whether a
 * frame was compressed, send compressed ones unasked, and are refused with any status.
 */
export async function openWebsocket(
  base: string,
  request: WebsocketRequest,
  wire: Wire,
): Promise<Opened> {
  const { response, upgraded } = await exchange(base, handshake(request))
  const { statusCode: status = 0, headers } = response
  const subprotocol = headers["sec-websocket-protocol"]
  const extensions = (headers["sec-websocket-extensions"] ?? "")
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .sort()
  const connection = new WebsocketConnection(upgraded?.socket, wire)
  if (upgraded === undefined) await readBody(response)
  else connection.received(upgraded.head)
  const isExtended = status === 101 && extensions.length > 0
  const result = { status, ...(subprotocol && { subprotocol }), ...(isExtended && { extensions }) }
  return { connection, result }
}

function handshake({ path, subprotocol, headers }: WebsocketRequest): HttpRequest {
  return {
    method: "GET",
    path,
    headers: {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
      ...(subprotocol !== undefined && { "Sec-WebSocket-Protocol": subprotocol }),
      ...headers,
    },
  }
}

class WebsocketConnection implements Connection {
  readonly inbox: Inbox
  readonly #socket: Duplex | undefined
  readonly #wire: Wire
  readonly #frames = websocketFrameReader()
  #parts: readonly WebsocketFrame[] = []

  /** Without a socket it is one that was refused. */
  constructor(socket: Duplex | undefined, wire: Wire) {
    this.inbox = new Inbox(wire)
    this.#socket = socket
    this.#wire = wire
    if (socket === undefined) this.inbox.end({ eof: true })
    socket?.on("data", (chunk: Buffer) => this.received(chunk))
    // An error is followed by "close".
    socket?.on("error", () => {})
    socket?.on("close", () => this.inbox.end({ code: ABNORMAL_CLOSE, reason: "" }))
  }

  /** Takes bytes from the server. */
  received(chunk: Buffer): void {
    for (const frame of this.#frames(chunk)) this.#receive(frame)
  }

  async send(outgoing: Outgoing): Promise<undefined> {
    if (outgoing.kind === "text") this.#write(opcodes.text, Buffer.from(outgoing.text))
    else if (outgoing.kind === "binary") this.#write(opcodes.binary, outgoing.bytes)
    else {
      this.inbox.sent(outgoing.commands)
      const opcode = this.#wire.isBinary ? opcodes.binary : opcodes.text
      const frame = this.#wire.encode(outgoing.commands)
      if (outgoing.isDeflated) this.#socket?.write(encodeClientFrame(opcode, deflated(frame), true))
      else this.#write(opcode, frame)
    }
  }

  pause(): void {
    this.#socket?.pause()
  }

  resume(): void {
    this.#socket?.resume()
  }

  async close(): Promise<void> {
    if (this.inbox.ending === undefined) {
      const code = Buffer.alloc(2)
      code.writeUInt16BE(NORMAL_CLOSE)
      this.#socket?.resume()
      this.#write(opcodes.close, code)
      await this.inbox.ended(CLOSE_WAIT)
    }
    this.#socket?.destroy()
  }

  #write(opcode: number, payload: Buffer): void {
    if (this.#socket?.writable) this.#socket.write(encodeClientFrame(opcode, payload))
  }

  #receive(frame: WebsocketFrame): void {
    const { opcode, payload, isFinal } = frame
    if (opcode === opcodes.close) this.#closed(payload)
    else if (opcode === opcodes.ping) this.#write(opcodes.pong, payload)
    else if (opcode !== opcodes.pong) {
      this.#parts = [...this.#parts, frame]
      if (isFinal) this.#receiveMessage()
    }
  }

  #closed(payload: Buffer): void {
    const code = payload.length < 2 ? NO_CODE : payload.readUInt16BE(0)
    this.inbox.end({ code, reason: payload.subarray(2).toString() })
    this.#write(opcodes.close, payload.subarray(0, 2))
  }

  #receiveMessage(): void {
    const [first] = this.#parts
    const bytes = Buffer.concat(this.#parts.map(({ payload }) => payload))
    this.#parts = []
    if (first === undefined) return
    const isBinary = first.opcode === opcodes.binary
    if (isBinary !== this.#wire.isBinary) {
      this.inbox.add({ $frame: isBinary ? "binary" : "text" }, first.isCompressed)
      return
    }
    const content = first.isCompressed ? inflated(bytes) : bytes
    for (const message of this.#wire.decode(content)) this.inbox.add(message, first.isCompressed)
  }
}

function deflated(bytes: Buffer): Buffer {
  const flushed = deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH })
  return flushed.subarray(0, -FLUSH_TAIL.length)
}

/** Without context takeover: every message stands alone, as the corpus has it agreed. */
function inflated(bytes: Buffer): Buffer {
  const options = { finishFlush: constants.Z_SYNC_FLUSH }
  return inflateRawSync(Buffer.concat([bytes, FLUSH_TAIL]), options)
}
