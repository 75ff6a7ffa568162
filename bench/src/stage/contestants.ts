import { checkConfig } from "@instant-ws/engine"
import { allClients, type Client } from "../clients/clients.js"
import type { DialectName } from "../load/dialect.js"
import { type ConfigWishes, configFor, type EngineConfigFile } from "../server/engine-config.js"
import type { ProgramName } from "../server/program.js"

/** A program of ours that a server runs in, or that starts one. */
export interface Host {
  /** From `dist/`. */
  readonly script: string
  readonly args?: readonly string[]
  /**
   * Whether the program serves and so gets the server's core, or starts the server and is told that
   * core as its last argument.
   */
  readonly runs: "serves" | "starts"
}

/** A server that takes part. */
export interface Contestant {
  readonly name: string
  /** Runs it for broadcasts: in one process with the publisher where it is a library. */
  readonly host: Host
  readonly dialect: DialectName
  /** The program that serves it from a file, where there is one: it has an HTTP API. */
  readonly program?: ProgramName
  /** What its configuration says beside that of the scenario. @param folder One that is its own. */
  extraConfig?(folder: string): EngineConfigFile
}

/** Ours. */
export const ours: Contestant = {
  name: "instant",
  host: { script: "peers/instant.js", runs: "serves" },
  dialect: "centrifuge",
  program: "instant",
}

/** Ours with its history on disk. */
export const oursOnDisk: Contestant = {
  ...ours,
  name: "instant (disk)",
  extraConfig: (folder) => ({
    broker: { enabled: true, type: "disk", disk: { path: `${folder}/history.sqlite` } },
  }),
}

const ws: Contestant = {
  name: "ws",
  host: { script: "peers/ws.js", runs: "serves" },
  dialect: "plain",
}

const socketIo: Contestant = {
  name: "socket.io",
  host: { script: "peers/socketio.js", runs: "serves" },
  dialect: "socketio",
}

/** The peer that the targets name. */
export const centrifugo: Contestant = {
  name: "centrifugo",
  host: hostOf("centrifugo"),
  dialect: "centrifuge",
  program: "centrifugo",
}

/** Whom we are compared with. */
export const peers: readonly Contestant[] = [ws, socketIo, centrifugo]

const everybody: readonly Contestant[] = [ours, oursOnDisk, ...peers]

/** The host that starts a program. */
export function hostOf(program: ProgramName): Host {
  return { script: "peers/served.js", args: [program], runs: "starts" }
}

/** The whole configuration of a server for a scenario. @param folder One that is its own. */
export function configOf(
  { extraConfig }: Contestant,
  wishes: ConfigWishes,
  folder: string,
): EngineConfigFile {
  return { ...configFor(wishes), ...extraConfig?.(folder) }
}

/** Who takes part in a run, and in a sentence each who is missing. */
export interface Field {
  readonly contestants: readonly Contestant[]
  readonly clients: readonly Client[]
  readonly absent: readonly string[]
}

/**
 * The servers and clients of these names, all when there are none; Centrifugo only when there is a binary.
 * @throws Error for a name that nobody has, or when nobody is left.
 */
export function chooseContestants(only: readonly string[]): Field {
  const names = [...everybody, ...allClients].map(({ name }) => name)
  const unknown = only.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new Error(`There is no ${unknown} to measure. There are: ${names.join(", ")}.`)
  }
  const isChosen = ({ name }: Contestant | Client) => only.length === 0 || only.includes(name)
  const clients = allClients.filter(isChosen)
  const chosen = everybody
    .filter(isChosen)
    .map((contestant) => ({ contestant, obstacle: obstacleTo(contestant) }))
  const absent = chosen.flatMap(({ contestant: { name }, obstacle }) =>
    obstacle === undefined ? [] : [`${name} was not measured: ${obstacle}`],
  )
  const contestants = chosen.flatMap((one) => (one.obstacle === undefined ? [one.contestant] : []))
  if (contestants.length + clients.length === 0) throw new Error(absent.join("\n"))
  return { contestants, clients, absent }
}

/** Why a server can't take part. */
function obstacleTo({ program, extraConfig }: Contestant): string | undefined {
  if (program === "centrifugo" && (process.env.CENTRIFUGO_BIN ?? "") === "") {
    return "CENTRIFUGO_BIN is not set to the path of its binary."
  }
  if (extraConfig === undefined) return undefined
  try {
    checkConfig(extraConfig("/nowhere"))
    return undefined
  } catch (error) {
    return `its configuration is refused: ${error instanceof Error ? error.message : error}`
  }
}

/** Writes ready frames with so many messages each, and does nothing else: it calibrates the load generator. */
export function sink(messagesPerFrame: number): Contestant {
  return {
    name: `sink (${messagesPerFrame} messages a frame)`,
    host: { script: "peers/sink.js", args: [String(messagesPerFrame)], runs: "serves" },
    dialect: "plain",
  }
}
