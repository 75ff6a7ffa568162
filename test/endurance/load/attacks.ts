import { connect } from "node:net"
import { deflateRawSync } from "node:zlib"
import {
  encodeClientFrame,
  opcodes,
} from "../../../packages/engine/test/conformance/connections/websocket-frame.js"
import type { AttackKind } from "./commands.js"
import { handshake, RawWebsocket } from "./raw-websocket.js"

/** One connection of an attack. */
export interface Attack {
  /** Resolves with how the server ended it, in a word. */
  readonly ended: Promise<string>
  /** Ends it if the server hasn't. */
  stop(): void
}

/** Whom to attack, and a token that is good. */
export interface Victim {
  readonly port: number
  readonly token: string
}

const PATH = "/connection/websocket"
/** How often a slow handshake goes on, in milliseconds. */
const DRIP = 1_000

/** A message of 20 KB that is a thousand times as large when it is inflated. */
const deflateBomb = encodeClientFrame(
  opcodes.text,
  deflateRawSync(Buffer.alloc(20_000_000, " ")),
  true,
)
/** A message of 70,000 bytes, each in a frame of its own, that never ends. */
const fragmentBomb = Buffer.concat(
  Array.from({ length: 70_000 }, (_, index) => {
    const opcode = index === 0 ? opcodes.text : opcodes.continuation
    const frame = encodeClientFrame(opcode, Buffer.from(" "))
    // Without the flag of the last one.
    frame[0] = opcode
    return frame
  }),
)

/** How each attack is begun: the promise resolves when all is sent. */
export const attacks: Readonly<Record<AttackKind, (victim: Victim) => Promise<Attack>>> = {
  "half-open handshakes": async ({ port }) => {
    const attack = await sending(port, Buffer.from(`GET ${PATH} HTTP/1.1\r\nHost: a\r\n`))
    const drip = setInterval(() => attack.write("A: b\r\n"), DRIP)
    void attack.ended.finally(() => clearInterval(drip))
    return attack
  },
  "header bombs": ({ port }) => sending(port, handshake(PATH, { Bomb: "x".repeat(100_000) })),
  "deflate bombs": (victim) => sayingTo(victim, [deflateBomb]),
  "fragment bombs": (victim) => sayingTo(victim, [fragmentBomb]),
  "clients that never read": async (victim) => {
    const subscribe = { id: 2, subscribe: { channel: "flood" } }
    const attack = await sayingTo(victim, [connecting(victim.token), textFrame(subscribe)])
    attack.pause()
    return attack
  },
  "bad tokens": (victim) => sayingTo(victim, [connecting(`${victim.token.slice(0, -4)}AAAA`)]),
}

function connecting(token: string): Buffer {
  return textFrame({ id: 1, connect: { token } })
}

function textFrame(command: object): Buffer {
  return encodeClientFrame(opcodes.text, Buffer.from(JSON.stringify(command)))
}

/** Sends bytes that are no whole handshake, or none that is taken. */
async function sending(port: number, bytes: Buffer) {
  const socket = connect({ port, host: "127.0.0.1" })
  const ended = new Promise<string>((resolve) => {
    let answer = ""
    socket.on("data", (chunk: Buffer) => {
      answer ||= chunk.toString("latin1", 0, 12)
    })
    // An error is followed by "close".
    socket.on("error", () => {})
    socket.on("close", () => resolve(answer || "closed"))
  })
  await new Promise((resolve) => {
    socket.once("connect", () => socket.write(bytes, resolve))
    socket.once("close", resolve)
  })
  return {
    ended,
    write(text: string): void {
      if (socket.writable) socket.write(text)
    },
    stop: () => socket.resetAndDestroy(),
  }
}

/** Opens a websocket, with compression where the server has it, and sends frames. */
async function sayingTo({ port }: Victim, frames: readonly Buffer[]) {
  let end: (outcome: string) => void = () => {}
  const ended = new Promise<string>((resolve) => {
    end = resolve
  })
  const deflate = { "Sec-WebSocket-Extensions": "permessage-deflate" }
  const websocket = await RawWebsocket.open(port, handshake(PATH, deflate), {
    frame: ({ opcode, payload }) => {
      if (opcode === opcodes.close) end(`closed ${payload.readUInt16BE(0)}`)
    },
    closed: () => end("cut"),
  })
  for (const frame of frames) websocket.write(frame)
  return { ended, pause: () => websocket.pause(), stop: () => websocket.cut() }
}
