import type { IncomingMessage } from "node:http"
import { call, exchange, type HttpRequest, pickHeaders, readBody } from "../http-exchange.js"
import { isObject, type Json } from "../json.js"
import { protobufTable, type Wire } from "../wire.js"
import type { Connection, EmulationAddress, Opened, Outgoing } from "./connection.js"
import { Inbox } from "./inbox.js"
import type { FrameSplitter } from "./stream-frames.js"

/** Where a stream is opened, how its bytes are read, and what of its answer is compared. */
export interface StreamRequest extends HttpRequest {
  readonly wire: Wire
  readonly split: FrameSplitter
  /** The first commands, which are in the request. */
  readonly commands: readonly Json[]
  /** Compares the content type. */
  readonly showType: boolean
  /** Compares the body of a refusal. */
  readonly showText: boolean
  readonly showHeaders: readonly string[] | undefined
}

/** Opens a stream of events: an HTTP answer that doesn't end. */
export async function openStream(base: string, request: StreamRequest): Promise<Opened> {
  const { response } = await exchange(base, request)
  const { statusCode: status = 0, headers } = response
  const isOpen = status === 200
  const text = isOpen ? "" : (await readBody(response)).toString()
  const connection = new StreamConnection(base, response, request)
  const { showHeaders, showType, showText } = request
  const result = {
    status,
    ...(isOpen && showType && { type: headers["content-type"] ?? "" }),
    ...(showHeaders !== undefined && { headers: pickHeaders(headers, showHeaders) }),
    ...(!isOpen && showText && { text }),
  }
  return { connection, result }
}

/** Events come on a stream; commands go out as requests to the emulation endpoint. */
class StreamConnection implements Connection {
  readonly inbox: Inbox
  readonly #base: string
  readonly #response: IncomingMessage
  readonly #wire: Wire
  readonly #split: FrameSplitter
  #session = ""
  #node = ""

  constructor(base: string, response: IncomingMessage, { wire, split, commands }: StreamRequest) {
    this.inbox = new Inbox(wire)
    this.inbox.sent(commands)
    this.#base = base
    this.#response = response
    this.#wire = wire
    this.#split = split
    if (response.statusCode !== 200) this.inbox.end({ eof: true })
    response.on("data", (chunk: Buffer) => this.#receive(chunk))
    // An error is followed by "close".
    response.on("error", () => {})
    response.on("close", () => this.inbox.end({ eof: true }))
  }

  async send(outgoing: Outgoing, { session, node }: EmulationAddress): Promise<number> {
    const frame = this.#encoded(outgoing)
    const address = { node: node ?? this.#node, session: session ?? this.#session }
    const { status } = await call(this.#base, {
      method: "POST",
      path: "/emulation",
      ...(this.#wire.isBinary
        ? {
            headers: { "Content-Type": "application/octet-stream" },
            body: protobufTable.encode("EmulationRequest", {
              ...address,
              data: `hex:${frame.toString("hex")}`,
            }),
          }
        : { body: JSON.stringify({ ...address, data: frame.toString() }) }),
    })
    return status
  }

  pause(): void {
    this.#response.pause()
  }

  resume(): void {
    this.#response.resume()
  }

  async close(): Promise<void> {
    this.#response.destroy()
  }

  #encoded(outgoing: Outgoing): Buffer {
    if (outgoing.kind === "text") return Buffer.from(outgoing.text)
    if (outgoing.kind === "binary") return outgoing.bytes
    this.inbox.sent(outgoing.commands)
    return this.#wire.encode(outgoing.commands)
  }

  #receive(chunk: Buffer): void {
    for (const message of this.#split(chunk).flatMap((frame) => this.#wire.decode(frame))) {
      if (isObject(message) && isObject(message.connect)) {
        const { session, node } = message.connect
        this.#session = typeof session === "string" ? session : ""
        this.#node = typeof node === "string" ? node : ""
      }
      this.inbox.add(message, false)
    }
  }
}
