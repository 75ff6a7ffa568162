import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { open, rm } from "node:fs/promises"
import { promisify } from "node:util"
import { sql } from "kysely"
import { withDatabase } from "./connect.js"
import { dialectNamedBy } from "./database.js"
import { placeOf, postgresName } from "./postgres-name.js"

/** A copy of a database can't be made; the message says why and what to do. */
export class BackupError extends Error {
  override readonly name = "BackupError"
}

/**
 * Writes a copy of a database as it is at one moment, while servers go on with it. Of SQLite it is a
 * file to be put in the place of the other; of PostgreSQL, what `pg_restore` reads.
 * @param file which must not exist; it is for this user alone
 * @throws BackupError when it can't be written, or there is no `pg_dump`.
 * @throws DatabaseError when the database can't be used.
 */
export async function backUp(database: string, file: string): Promise<void> {
  const dialect = dialectNamedBy(database)
  if (dialect === "sqlite" && !existsSync(database)) {
    throw new BackupError(`There is no database ${database}: nothing is to be backed up`)
  }
  await reserve(file)
  try {
    await (dialect === "postgres" ? dump(database, file) : copy(database, file))
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}

/** Two backups at once can't both take the name, and no file is lost. */
async function reserve(file: string): Promise<void> {
  try {
    await (await open(file, "wx", 0o600)).close()
  } catch (cause) {
    const { code = undefined } = Object(cause)
    throw new BackupError(
      code === "EEXIST"
        ? `There is a file ${file} already: choose another name`
        : `Can't write ${file} (${code}): choose another place`,
      { cause },
    )
  }
}

function copy(database: string, file: string): Promise<unknown> {
  return withDatabase(database, ({ db }) => sql`vacuum into ${file}`.execute(db))
}

async function dump(database: string, file: string): Promise<void> {
  const name = postgresName(database)
  const args = ["--format=custom", `--file=${file}`, "--no-password", `--dbname=${name}`]
  try {
    await promisify(execFile)("pg_dump", args, {
      env: { ...process.env, ...secretsFor(database) },
    })
  } catch (cause) {
    throw dumpError(args, cause)
  }
}

/** What is to be kept from the command line, where everybody on this machine can read it. */
function secretsFor(database: string): NodeJS.ProcessEnv {
  const { password } = placeOf(database)
  const options = [...new URLSearchParams(database.split("?")[1])]
    .filter(([key]) => key.startsWith("ssl"))
    .map(([key, value]) => [`PG${key.toUpperCase()}`, value])
  return { ...Object.fromEntries(options), ...(password ? { PGPASSWORD: password } : {}) }
}

function dumpError(args: readonly string[], cause: unknown): BackupError {
  const { code = undefined, stderr = "" } = Object(cause)
  if (code === "ENOENT") {
    const command = ["pg_dump", ...args.map((arg) => `'${arg}'`)].join(" ")
    return new BackupError(
      `There is no pg_dump here: install PostgreSQL's client, or run elsewhere: ${command}`,
      { cause },
    )
  }
  return new BackupError(`pg_dump can't make a backup: ${String(stderr).trim()}`)
}
