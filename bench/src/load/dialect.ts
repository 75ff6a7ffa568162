import { z } from "zod"

/** One exchange on the way to a subscription. */
export interface Exchange {
  /** What the client says first, if it isn't the server's turn. */
  readonly say?: Message
  /** Whether this is the server's message that ends it, read as Latin 1. */
  ends(message: string): boolean
}

/** A websocket message. */
export interface Message {
  readonly kind: "text" | "binary"
  readonly bytes: Buffer
}

/** How a client subscribes to a channel. */
export interface Dialect {
  /** Where the websocket is. */
  readonly path: string
  /** In order, after the websocket is open. */
  readonly exchanges: readonly Exchange[]
  /** Whether a message of the server, read as Latin 1, refuses. */
  refuses(message: string): boolean
}

/** The name of a dialect. */
export const dialectName = z.enum(["centrifuge", "centrifuge-protobuf", "socketio", "plain"])
/** The name of a dialect. */
export type DialectName = z.infer<typeof dialectName>

/** How clients of a server subscribe to a channel, by the dialect's name. */
export const dialects: Record<DialectName, (channel: string) => Dialect> = {
  /** The Centrifuge client protocol, in JSON. */
  centrifuge(channel) {
    const commands = [
      { id: 1, connect: {} },
      { id: 2, subscribe: { channel } },
    ]
    const text = commands.map((command) => JSON.stringify(command)).join("\n")
    return {
      path: "/connection/websocket",
      exchanges: [{ say: textMessage(text), ends: includes('"id":2,"subscribe"') }],
      refuses: includes('"error"'),
    }
  },
  /** The same in Protobuf. */
  "centrifuge-protobuf"(channel) {
    const connect = field(CONNECT, Buffer.alloc(0))
    const subscribe = field(SUBSCRIBE, field(CHANNEL, Buffer.from(channel)))
    const bytes = Buffer.concat([command(1, connect), command(2, subscribe)])
    return {
      path: "/connection/websocket?cf_protocol=protobuf",
      exchanges: [{ say: { kind: "binary", bytes }, ends: includes("\x08\x02\x32") }],
      refuses: (message) => ["\x08\x01\x12", "\x08\x02\x12"].includes(message.slice(1, 4)),
    }
  },
  /** Engine.IO 4 with a Socket.IO 5 connection in it; the server joins the channel for the client. */
  socketio(channel) {
    return {
      path: `/socket.io/?EIO=4&transport=websocket&channel=${channel}`,
      exchanges: [
        { ends: (message) => message.startsWith("0") },
        { say: textMessage("40"), ends: (message) => message.startsWith("40") },
      ],
      refuses: (message) => message.startsWith("44"),
    }
  },
  /** Whoever has connected is subscribed. */
  plain: (channel) => ({ path: `/?channel=${channel}`, exchanges: [], refuses: () => false }),
}

function includes(part: string): (message: string) => boolean {
  return (message) => message.includes(part)
}

function textMessage(text: string): Message {
  return { kind: "text", bytes: Buffer.from(text) }
}

/** Fields of a command, and the channel in a request to subscribe. */
const CONNECT = 4
const SUBSCRIBE = 5
const CHANNEL = 1

/** A Protobuf field of bytes, of up to 127 of them. */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of((number << 3) | 2, bytes.length), bytes])
}

/** A command as it stands in a binary message: its length, its id, its request. */
function command(id: number, request: Buffer): Buffer {
  return Buffer.concat([Buffer.of(2 + request.length, 1 << 3, id), request])
}
