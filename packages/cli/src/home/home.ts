import { access, constants, mkdir } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { CliError } from "../cli-error.js"
import { homeFolder, readSettings } from "../settings/read-settings.js"
import type { Settings } from "../settings/settings.js"

/** The folder where an installation keeps its secrets and its data. */
export interface Home {
  readonly folder: string
  readonly settings: Settings
  /** Path of the SQLite file or URL of the PostgreSQL database; it may hold a password. */
  readonly database: string
  /** What channels keep. */
  readonly history: string
  readonly secrets: string
  /** Says where the server of this home listens, while it does. */
  readonly server: string
}

/**
 * The home that `INSTANT_HOME` names, else `.instant` in the working directory.
 * @throws CliError that names every mistake in its settings.
 */
export function findHome(): Home {
  const settings = readSettings()
  settings.check()
  return homeWith(settings)
}

/** The home with these settings. Its database is in it, unless they name another. */
export function homeWith(settings: Settings): Home {
  const folder = homeFolder()
  return {
    folder,
    settings,
    database: databaseIn(settings) ?? join(folder, "instant.sqlite"),
    history: join(folder, "history.sqlite"),
    secrets: join(folder, "secrets.json"),
    server: join(folder, "server.json"),
  }
}

/** A relative path in the file is beside the file. */
function databaseIn(settings: Settings): string | undefined {
  const database = settings.text("database")
  if (database === undefined || settings.file === undefined) return database
  const isPath = !/^[a-z][a-z\d+.-]+:/i.test(database)
  const isOfFile = settings.originOf("database") === settings.file
  return isPath && isOfFile ? resolve(dirname(settings.file), database) : database
}

/**
 * Makes the folder of a home when it is absent; only its owner may look into it.
 * @throws CliError when it can't be made or written.
 */
export async function openHome(home: Home = findHome()): Promise<Home> {
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
