import { rm, writeFile } from "node:fs/promises"
import { connect } from "node:net"
import { CliError } from "../cli-error.js"
import type { Home } from "./home.js"
import { numberAt, readJsonFile, textAt } from "./json-file.js"

/** Where the server of a home listens, and how it signs its events. */
export interface ServerFile {
  readonly url: string
  readonly site: string
  /** Where its engine is, when that is elsewhere. */
  readonly engine?: string | undefined
  /** The file of its settings, when that was named. */
  readonly config?: string | undefined
}

/** A server, and the process that it is. */
interface RunningServer extends ServerFile {
  readonly pid: number | undefined
}

/** How long a server may take to accept a connection, in milliseconds. */
const DEADLINE = 2_000

/** Says to the other commands that this process serves. */
export async function writeServerFile(home: Home, server: ServerFile): Promise<void> {
  await writeFile(home.server, `${JSON.stringify({ ...server, pid: process.pid })}\n`)
}

/** The server that serves from a home; undefined when none says so. */
export async function readServerFile(home: Home): Promise<RunningServer | undefined> {
  const value = await readJsonFile(home.server).catch(() => undefined)
  const url = textAt(value, "url")
  if (url === undefined || !URL.canParse(url)) return undefined
  return {
    url,
    site: textAt(value, "site") ?? "Site",
    engine: textAt(value, "engine"),
    pid: numberAt(value, "pid"),
  }
}

/** Says that this process serves no more, unless another does by now. */
export async function removeServerFile(home: Home): Promise<void> {
  if ((await readServerFile(home))?.pid === process.pid) await rm(home.server, { force: true })
}

/** @throws CliError when another process serves from this home. */
export async function refuseSecondServer(home: Home): Promise<void> {
  const server = await readServerFile(home)
  if (server === undefined || !(await isAlive(server))) return
  throw new CliError(
    `A server runs from ${home.folder} already, at ${server.url}: stop it, ` +
      "or start this one from another folder with INSTANT_HOME",
  )
}

/** A process that has died may have left its id, or its port, to another one; hardly both. */
async function isAlive({ pid, url }: RunningServer): Promise<boolean> {
  return pid !== undefined && pid !== process.pid && lives(pid) && (await accepts(url))
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

function accepts(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port || 80), hostname.replace(/^\[|\]$/g, ""))
    const answer = (isAccepted: boolean): void => {
      socket.destroy()
      resolve(isAccepted)
    }
    socket.setTimeout(DEADLINE, () => answer(false))
    socket.once("connect", () => answer(true))
    socket.once("error", () => answer(false))
  })
}
