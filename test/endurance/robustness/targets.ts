import { deflateRawSync } from "node:zlib"
import type { Connection } from "../../../packages/engine/test/conformance/connections/connection.js"
import { openConnection } from "../../../packages/engine/test/conformance/connections/open-connection.js"
import {
  encodeClientFrame,
  opcodes,
} from "../../../packages/engine/test/conformance/connections/websocket-frame.js"
import { exchange } from "../../../packages/engine/test/conformance/http-exchange.js"
import { Placeholders } from "../../../packages/engine/test/conformance/placeholders.js"
import { API_KEY } from "../../../packages/engine/test/running-engine.js"
import { handshake, RawWebsocket } from "../load/raw-websocket.js"
import type { Recorded } from "./recorded.js"

/** What is sent: mutated bytes, and a number that decides how. */
export interface Shot {
  readonly bytes: Buffer
  readonly how: number
}

/** One who sends what is wrong to one endpoint. */
export interface Shooter {
  /** Resolves with what became of it, in a word. */
  shoot(shot: Shot): Promise<string>
  leave(): void
}

/** An endpoint, what of the recordings it is sent, and somebody who does it. */
export interface Target {
  readonly name: string
  readonly recorded: readonly Buffer[]
  start(): Shooter
}

/** Where the server is, and who is let in there. */
export interface Place {
  readonly port: number
  readonly token: string
}

/** How long the answer to a connect command may take, in milliseconds. */
const ANSWER_PATIENCE = 5_000
/** How long an answer may take before nothing is hoped for, in milliseconds. */
const PATIENCE = 100
/** The longest that goes into a query: heads of requests are bounded at 16 KB. */
const LONGEST_QUERY = 4_000

/** Every endpoint that takes bytes from outside. */
export function targetsAt(place: Place, recorded: Recorded): readonly Target[] {
  const { json, protobuf, connects, calls, methods } = recorded
  const base = `http://127.0.0.1:${place.port}`
  const post = (path: string, type = "application/json"): Shooter =>
    httpShooter(base, () => ({ path, type }))
  const websockets = [false, true].flatMap((deflate): readonly Target[] => {
    const suffix = deflate ? ", deflated" : ""
    const start = (path: string, first?: Buffer): Shooter =>
      new WebsocketShooter(place.port, { path, deflate, first })
    const connect = Buffer.from(JSON.stringify({ id: 1, connect: { token: place.token } }))
    const binary = "/connection/websocket?cf_protocol=protobuf"
    return [
      {
        name: `websocket${suffix}`,
        recorded: json,
        start: () => start("/connection/websocket", connect),
      },
      { name: `websocket, Protobuf${suffix}`, recorded: protobuf, start: () => start(binary) },
      {
        name: `uni_websocket${suffix}`,
        recorded: connects,
        start: () => start("/connection/uni_websocket"),
      },
    ]
  })
  const emulated = (transport: "http_stream" | "http_stream-protobuf") => () =>
    new EmulationShooter(base, transport, place.token)
  return [
    ...websockets,
    { name: "sse", recorded: json, start: () => queryShooter(base, "/connection/sse") },
    { name: "http_stream", recorded: json, start: () => post("/connection/http_stream") },
    {
      name: "http_stream, Protobuf",
      recorded: protobuf,
      start: () => post("/connection/http_stream", "application/octet-stream"),
    },
    { name: "emulation", recorded: json, start: emulated("http_stream") },
    {
      name: "emulation, Protobuf",
      recorded: protobuf,
      start: emulated("http_stream-protobuf"),
    },
    {
      name: "uni_sse",
      recorded: connects,
      start: () => queryShooter(base, "/connection/uni_sse"),
    },
    {
      name: "uni_http_stream",
      recorded: connects,
      start: () => post("/connection/uni_http_stream"),
    },
    {
      name: "API",
      recorded: calls,
      start: () =>
        httpShooter(base, ({ how }) => ({
          path: `/api/${methods[how % methods.length]}`,
          type: "application/json",
        })),
    },
  ]
}

interface WebsocketShooterOptions {
  readonly path: string
  readonly deflate: boolean
  /** What a connection says first, so that it is let in. */
  readonly first: Buffer | undefined
}

/** Sends frames, and now and then what is none; connects anew whenever it was thrown out. */
class WebsocketShooter implements Shooter {
  readonly #port: number
  readonly #options: WebsocketShooterOptions
  #websocket: RawWebsocket | undefined
  #settle: (outcome: string) => void = () => {}

  constructor(port: number, options: WebsocketShooterOptions) {
    this.#port = port
    this.#options = options
  }

  async shoot({ bytes, how }: Shot): Promise<string> {
    this.#websocket ??= await this.#open()
    const settled = new Promise<string>((resolve) => {
      this.#settle = resolve
    })
    this.#websocket.write(this.#framed(bytes, how))
    // Its pong says that what came before was read.
    this.#websocket.write(encodeClientFrame(opcodes.ping, Buffer.alloc(0)))
    const timer = setTimeout(() => this.#settle("waiting"), PATIENCE)
    const outcome = await settled
    clearTimeout(timer)
    if (outcome !== "taken") this.leave()
    return outcome
  }

  leave(): void {
    this.#websocket?.cut()
    this.#websocket = undefined
  }

  async #open(): Promise<RawWebsocket> {
    const { path, deflate, first } = this.#options
    const headers = deflate ? { "Sec-WebSocket-Extensions": "permessage-deflate" } : undefined
    const websocket = await RawWebsocket.open(this.#port, handshake(path, headers), {
      frame: ({ opcode }) => {
        if (opcode === opcodes.pong) this.#settle("taken")
        if (opcode === opcodes.close) this.#settle("closed")
      },
      closed: () => {
        if (this.#websocket === websocket) this.#settle("ended")
      },
    })
    if (first !== undefined) websocket.write(encodeClientFrame(opcodes.text, first))
    return websocket
  }

  #framed(bytes: Buffer, how: number): Buffer {
    const opcode = this.#options.path.includes("protobuf") ? opcodes.binary : opcodes.text
    switch (how % 10) {
      case 0:
        return bytes
      case 1:
        return encodeClientFrame(how & 0xf, bytes)
      case 2:
        return fragments(opcode, bytes)
      case 3:
        return damaged(encodeClientFrame(opcode, bytes), how)
      case 4:
      case 5:
        return encodeClientFrame(opcode, deflateRawSync(bytes), true)
      case 6:
        return encodeClientFrame(opcode, bytes, true)
      default:
        return encodeClientFrame(opcode, bytes)
    }
  }
}

/** One message in frames of a few bytes. */
function fragments(opcode: number, bytes: Buffer): Buffer {
  const step = Math.max(1, Math.ceil(bytes.length / 20))
  const frames: Buffer[] = []
  for (let at = 0; at < bytes.length; at += step) {
    const frame = encodeClientFrame(at === 0 ? opcode : 0, bytes.subarray(at, at + step))
    if (at + step < bytes.length) frame[0] = (frame[0] ?? 0) & 0x7f
    frames.push(frame)
  }
  return Buffer.concat(frames)
}

/** With one of the first bytes changed: flags, opcode, length or mask. */
function damaged(frame: Buffer, how: number): Buffer {
  const changed = Buffer.from(frame)
  const at = how % Math.min(6, frame.length)
  changed[at] = (changed[at] ?? 0) ^ (1 << ((how >> 4) % 8))
  return changed
}

/** Sends bodies. */
function httpShooter(
  base: string,
  to: (shot: Shot) => { readonly path: string; readonly type: string },
): Shooter {
  return {
    shoot(shot) {
      const { path, type } = to(shot)
      const headers = { "Content-Type": type, "X-API-Key": API_KEY }
      return statusOf(base, { method: "POST", path, headers, body: shot.bytes })
    },
    leave() {},
  }
}

/** Sends first words in the query, as event sources do, or else as a body. */
function queryShooter(base: string, path: string): Shooter {
  return {
    shoot({ bytes, how }) {
      if (how % 2 === 0) return statusOf(base, { method: "POST", path, body: bytes })
      const text = percentEncoded(bytes.subarray(0, LONGEST_QUERY))
      return statusOf(base, { method: "GET", path: `${path}?cf_connect=${text}` })
    },
    leave() {},
  }
}

/** A session on a stream, and wrong things for it. */
class EmulationShooter implements Shooter {
  readonly #base: string
  readonly #transport: "http_stream" | "http_stream-protobuf"
  readonly #token: string
  #connection: Connection | undefined

  constructor(base: string, transport: "http_stream" | "http_stream-protobuf", token: string) {
    this.#base = base
    this.#transport = transport
    this.#token = token
  }

  async shoot({ bytes, how }: Shot): Promise<string> {
    const isBinary = this.#transport.endsWith("protobuf")
    if (how % 4 === 0) {
      const type = isBinary ? "application/octet-stream" : "application/json"
      const headers = { "Content-Type": type }
      return statusOf(this.#base, { method: "POST", path: "/emulation", headers, body: bytes })
    }
    if (this.#connection?.inbox.ending !== undefined) this.leave()
    this.#connection ??= await this.#open()
    const status = await this.#connection.send(
      isBinary ? { kind: "binary", bytes } : { kind: "text", text: bytes.toString() },
      { session: undefined, node: undefined },
    )
    return String(status)
  }

  leave(): void {
    void this.#connection?.close()
    this.#connection = undefined
  }

  async #open(): Promise<Connection> {
    const cmds = [{ id: 1, connect: { token: this.#token } }]
    const step = { open: "host", transport: this.#transport, cmds, result: null }
    const { connection } = await openConnection(this.#base, step, new Placeholders())
    // Its answer says where to send what follows.
    await connection.inbox.take(1, ANSWER_PATIENCE)
    return connection
  }
}

/** The status of the answer; a stream that begins is left at once. */
async function statusOf(base: string, request: Parameters<typeof exchange>[1]): Promise<string> {
  const { response } = await exchange(base, request)
  // What is still to come may well end in an error.
  response.on("error", () => {})
  response.destroy()
  return String(response.statusCode)
}

function percentEncoded(bytes: Buffer): string {
  return bytes.toString("hex").replaceAll(/../g, "%$&")
}
