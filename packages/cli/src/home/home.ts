import { access, constants, mkdir } from "node:fs/promises"
import { join, resolve } from "node:path"
import { CliError } from "../cli-error.js"

/** The folder where an installation keeps its secrets and its data. */
export interface Home {
  readonly folder: string
  /** Path of the SQLite file or URL of the PostgreSQL database; it may hold a password. */
  readonly database: string
  /** What channels keep. */
  readonly history: string
  readonly secrets: string
  /** Says where the server of this home listens, while it does. */
  readonly server: string
}

/**
 * The home that `INSTANT_HOME` names, else `.instant` in the working directory. Its database is in it,
 * unless `DATABASE_URL` names another.
 */
export function findHome(): Home {
  const folder = resolve(process.env.INSTANT_HOME || ".instant")
  return {
    folder,
    database: process.env.DATABASE_URL || join(folder, "instant.sqlite"),
    history: join(folder, "history.sqlite"),
    secrets: join(folder, "secrets.json"),
    server: join(folder, "server.json"),
  }
}

/**
 * The home, made when it is absent; only its owner may look into it.
 * @throws CliError when it can't be made or written.
 */
export async function openHome(): Promise<Home> {
  const home = findHome()
  try {
    await mkdir(home.folder, { recursive: true, mode: 0o700 })
    await access(home.folder, constants.R_OK | constants.W_OK | constants.X_OK)
    return home
  } catch (cause) {
    throw new CliError(
      `Can't write in ${home.folder}: make it a folder of this user, or name another with INSTANT_HOME`,
      { cause },
    )
  }
}
