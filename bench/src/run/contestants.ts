import type { DialectName } from "../load/dialect.js"

/** A server that takes part. */
export interface Contestant {
  readonly name: string
  /** The program that runs it, from `dist/`. */
  readonly script: string
  readonly args?: readonly string[]
  readonly dialect: DialectName
  /**
   * Whether the program serves and so gets the server's core, or starts the server and is told that
   * core as its last argument.
   */
  readonly runs: "serves" | "starts"
}

/** Ours. */
export const ours: Contestant = {
  name: "instant",
  script: "peers/instant.js",
  dialect: "centrifuge",
  runs: "serves",
}

/** Whom we are compared with. */
const peers: readonly Contestant[] = [
  { name: "ws", script: "peers/ws.js", dialect: "plain", runs: "serves" },
  { name: "socket.io", script: "peers/socketio.js", dialect: "socketio", runs: "serves" },
  { name: "centrifugo", script: "peers/centrifugo.js", dialect: "centrifuge", runs: "starts" },
]

/** Who takes part in a run, and in a sentence each who is missing. */
export interface Field {
  readonly contestants: readonly Contestant[]
  readonly absent: readonly string[]
}

/**
 * The servers of these names, all when there are none; Centrifugo only when there is a binary.
 * @throws Error for a name that nobody has, or when nobody is left.
 */
export function chooseContestants(only: readonly string[]): Field {
  const all = [ours, ...peers]
  const unknown = only.find((name) => all.every((one) => one.name !== name))
  if (unknown !== undefined) {
    const names = all.map(({ name }) => name).join(", ")
    throw new Error(`There is no server ${unknown} to measure. There are: ${names}.`)
  }
  const chosen = only.length === 0 ? all : all.filter(({ name }) => only.includes(name))
  const hasBinary = (process.env.CENTRIFUGO_BIN ?? "") !== ""
  const contestants = chosen.filter(({ name }) => hasBinary || name !== "centrifugo")
  const absent = contestants.length < chosen.length ? [NO_CENTRIFUGO] : []
  if (contestants.length === 0) throw new Error(NO_CENTRIFUGO)
  return { contestants, absent }
}

const NO_CENTRIFUGO =
  "Centrifugo was not measured: CENTRIFUGO_BIN is not set to the path of its binary."

/** Writes ready frames with so many messages each, and does nothing else: it calibrates the load generator. */
export function sink(messagesPerFrame: number): Contestant {
  return {
    name: `sink (${messagesPerFrame} messages a frame)`,
    script: "peers/sink.js",
    args: [String(messagesPerFrame)],
    dialect: "plain",
    runs: "serves",
  }
}
