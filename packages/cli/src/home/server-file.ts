import { rm, writeFile } from "node:fs/promises"
import type { Home } from "./home.js"
import { readJsonFile, textAt } from "./json-file.js"

/** Where the server of a home listens, and how it signs its events. */
export interface ServerFile {
  readonly url: string
  readonly site: string
}

/** Says to the other commands that this process serves. */
export async function writeServerFile(home: Home, server: ServerFile): Promise<void> {
  await writeFile(home.server, `${JSON.stringify({ ...server, pid: process.pid })}\n`)
}

/** The server that serves from a home; undefined when none says so. */
export async function readServerFile(home: Home): Promise<ServerFile | undefined> {
  const value = await readJsonFile(home.server).catch(() => undefined)
  const url = textAt(value, "url")
  return url === undefined ? undefined : { url, site: textAt(value, "site") ?? "Site" }
}

/** Says that this process serves no more, unless another does by now. */
export async function removeServerFile(home: Home, { url }: ServerFile): Promise<void> {
  if ((await readServerFile(home))?.url === url) await rm(home.server, { force: true })
}
