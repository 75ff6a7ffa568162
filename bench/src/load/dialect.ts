import { z } from "zod"
import { CHANNEL } from "../server/peer.js"

/** One exchange on the way to a subscription. */
export interface Exchange {
  /** What the client says first, if it isn't the server's turn. */
  readonly say?: string
  /** What the server's message then looks like. */
  readonly expect: RegExp
}

/** How a client of a server subscribes. */
export interface Dialect {
  /** Where the websocket is. */
  readonly path: string
  /** In order, after the websocket is open. */
  readonly exchanges: readonly Exchange[]
}

/** The name of a dialect. */
export const dialectName = z.enum(["centrifuge", "socketio", "plain"])
/** The name of a dialect. */
export type DialectName = z.infer<typeof dialectName>

const commands = [
  { id: 1, connect: {} },
  { id: 2, subscribe: { channel: CHANNEL } },
]

/** The dialects by name. */
export const dialects: Record<DialectName, Dialect> = {
  /** The Centrifuge client protocol, in JSON. */
  centrifuge: {
    path: "/connection/websocket",
    exchanges: [
      {
        say: commands.map((command) => JSON.stringify(command)).join("\n"),
        expect: /"id":2,"subscribe"/,
      },
    ],
  },
  /** Engine.IO 4 with a Socket.IO 5 connection in it; the server joins the channel for the client. */
  socketio: {
    path: "/socket.io/?EIO=4&transport=websocket",
    exchanges: [{ expect: /^0/ }, { say: "40", expect: /^40/ }],
  },
  /** Whoever has connected is subscribed. */
  plain: { path: "/", exchanges: [] },
}
