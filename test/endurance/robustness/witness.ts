import { Arrivals } from "../../../packages/engine/test/conformance/arrivals.js"
import type { Connection } from "../../../packages/engine/test/conformance/connections/connection.js"
import { openConnection } from "../../../packages/engine/test/conformance/connections/open-connection.js"
import { isObject, type Json } from "../../../packages/engine/test/conformance/json.js"
import { Placeholders } from "../../../packages/engine/test/conformance/placeholders.js"
import type { TransportName } from "../../../packages/engine/test/conformance/scenario.js"
import { signToken } from "../../../packages/engine/test/conformance/sign-token.js"

/** A way to listen. */
export interface WitnessKind {
  readonly name: string
  readonly transport: TransportName
  readonly deflate?: boolean
}

/** One of each way that there is. */
export const witnessKinds: readonly WitnessKind[] = [
  { name: "websocket", transport: "json-ws" },
  { name: "websocket, deflated", transport: "json-ws", deflate: true },
  { name: "websocket, Protobuf", transport: "protobuf-ws" },
  { name: "websocket, Protobuf, deflated", transport: "protobuf-ws", deflate: true },
  { name: "http_stream", transport: "http_stream" },
  { name: "http_stream, Protobuf", transport: "http_stream-protobuf" },
  { name: "sse", transport: "sse" },
  { name: "uni_websocket", transport: "uni_websocket" },
  { name: "uni_http_stream", transport: "uni_http_stream" },
  { name: "uni_sse", transport: "uni_sse" },
]

const own = { session: undefined, node: undefined }
/** How long the next message or what is missing may take, in milliseconds. */
const PATIENCE = 30_000

/** Somebody who listens to a channel while others misbehave. */
export class Witness {
  readonly name: string
  readonly received: number[] = []
  readonly #connection: Connection
  readonly #arrivals = new Arrivals<never>()

  constructor(name: string, connection: Connection) {
    this.name = name
    this.#connection = connection
  }

  /** Connects, with a token that subscribes it to a channel. */
  static async of(port: number, kind: WitnessKind, channel: string): Promise<Witness> {
    const { name, transport, deflate = false } = kind
    const connect = { token: signToken({ $jwt: { sub: "witness", channels: [channel] } }) }
    const isUnidirectional = transport.startsWith("uni_")
    const commands = [{ id: 1, connect }]
    const { connection } = await openConnection(
      `http://127.0.0.1:${port}`,
      {
        open: name,
        transport,
        result: null,
        ...(isUnidirectional ? { connect } : { cmds: commands }),
        ...(deflate && { headers: { "Sec-WebSocket-Extensions": "permessage-deflate" } }),
      },
      new Placeholders(),
    )
    if (transport.endsWith("-ws")) {
      await connection.send({ kind: "commands", commands, isDeflated: false }, own)
    }
    const witness = new Witness(name, connection)
    const [answer] = await connection.inbox.take(1, PATIENCE)
    if (answer === undefined) throw new Error(`the witness on ${name} got no answer`)
    void witness.#listen()
    return witness
  }

  /** Whether it is still connected. */
  get isThere(): boolean {
    return this.#connection.inbox.ending === undefined
  }

  /** Waits until it has a number, or the time is up. */
  async has(n: number): Promise<void> {
    await this.#arrivals.until(() => this.received.at(-1) === n || !this.isThere, PATIENCE)
  }

  leave(): Promise<void> {
    return this.#connection.close()
  }

  async #listen(): Promise<void> {
    while (this.isThere) {
      for (const { message } of await this.#connection.inbox.take(1, PATIENCE)) {
        const n = numberIn(message)
        if (n !== undefined) this.received.push(n)
        else if (isPing(message)) await this.#pong()
      }
      this.#arrivals.changed()
    }
  }

  async #pong(): Promise<void> {
    await this.#connection.send({ kind: "commands", commands: [{}], isDeflated: false }, own)
  }
}

function isPing(message: Json): boolean {
  return isObject(message) && Object.keys(message).length === 0
}

/** The `n` of a publication; those that only listen get their pushes bare. */
function numberIn(message: Json): number | undefined {
  if (!isObject(message)) return undefined
  const { pub } = isObject(message.push) ? message.push : message
  if (!isObject(pub)) return undefined
  const data = typeof pub.data === "string" ? JSON.parse(pub.data.slice("utf8:".length)) : pub.data
  return typeof data?.n === "number" ? data.n : undefined
}
