import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, realpathSync } from "node:fs"
import { chown, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import pg from "pg"
import { installDebian } from "../scripts/steps/debian.js"

/** Where Debian keeps the programs of each version. */
const DEBIAN = "/usr/lib/postgresql"

/** How long one of its programs may take, in milliseconds. */
const DEADLINE = 60_000

/** Who has to give this password; everybody else is let in. */
export const GUARDED = { user: "guarded", password: "s3cret-word" } as const

/** The folder of PostgreSQL's programs, installed where that can be; undefined when there is none. */
export async function findPostgres(): Promise<string | undefined> {
  const found = programs()
  if (found !== undefined) return found
  await installDebian("PostgreSQL", "postgresql")
  return programs()
}

function programs(): string | undefined {
  const inPath = (process.env.PATH ?? "").split(delimiter)
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort().reverse() : []
  const folders = [...inPath, ...versions.map((version) => join(DEBIAN, version, "bin"))]
  const initdb = folders.map((folder) => join(folder, "initdb")).find((path) => existsSync(path))
  // A link to it may be all that there is on the PATH.
  return initdb && dirname(realpathSync(initdb))
}

/** A PostgreSQL of the tests' own, in a folder that goes with it: it listens on a socket in there. */
export class PostgresCluster implements AsyncDisposable {
  readonly #programs: string
  readonly #folder: string
  readonly #owner: { readonly uid?: number; readonly gid?: number }

  constructor(programs: string, folder: string, owner: { uid?: number; gid?: number }) {
    this.#programs = programs
    this.#folder = folder
    this.#owner = owner
  }

  /** Makes one and starts it. @param programs as {@link findPostgres} finds them */
  static async make(programs: string): Promise<PostgresCluster> {
    const folder = await mkdtemp(join(tmpdir(), "instant-pg-"))
    const cluster = new PostgresCluster(programs, folder, await ownerOf(folder))
    try {
      await cluster.#prepare()
      return cluster
    } catch (error) {
      await rm(folder, { recursive: true })
      throw error
    }
  }

  async #prepare(): Promise<void> {
    // Its names are sorted as people do, which must not change what a server answers.
    const locale = ["--locale=C", "--locale-provider=icu", "--icu-locale=en-US"]
    const data = ["-D", join(this.#folder, "data"), "--no-sync", "--encoding=UTF8", ...locale]
    await this.#run("initdb", "-U", "postgres", "-A", "trust", ...data)
    const rules = `local all ${GUARDED.user} scram-sha-256\nlocal all all trust\n`
    await writeFile(join(this.#folder, "data", "pg_hba.conf"), rules)
    await this.start()
    const { user, password } = GUARDED
    await this.query(`create role ${user} superuser login password '${password}'`)
  }

  /** The URL of one of its databases. */
  url(
    database: string,
    { user, password }: { user: string; password?: string } = POSTGRES,
  ): string {
    const who = password === undefined ? user : `${user}:${password}`
    return `postgres://${who}@/${database}?host=${this.#folder}`
  }

  /** Runs a statement as its owner. */
  async query(statement: string): Promise<readonly unknown[]> {
    const client = new pg.Client(this.url("postgres"))
    await client.connect()
    try {
      return (await client.query(statement)).rows
    } finally {
      await client.end()
    }
  }

  start(): Promise<void> {
    const options = `-c listen_addresses= -c fsync=off -k ${this.#folder}`
    return this.#control("start", "-o", options, "-l", join(this.#folder, "log"))
  }

  /** Ends it at once, with all its connections. */
  stop(): Promise<void> {
    return this.#control("stop", "-m", "immediate")
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await rm(this.#folder, { recursive: true })
  }

  #control(action: string, ...options: readonly string[]): Promise<void> {
    return this.#run("pg_ctl", "-D", join(this.#folder, "data"), "-w", ...options, action)
  }

  async #run(program: string, ...args: readonly string[]): Promise<void> {
    // A file, as what goes on in the background would hold a pipe open.
    const output = join(this.#folder, "output")
    const file = await open(output, "w")
    const child = spawn(join(this.#programs, program), args, {
      ...this.#owner,
      cwd: this.#folder,
      stdio: ["ignore", file.fd, file.fd],
      timeout: DEADLINE,
    })
    const [code] = await once(child, "close")
    await file.close()
    if (code !== 0) throw new Error(`${program} failed: ${await readFile(output, "utf8")}`)
  }
}

const POSTGRES = { user: "postgres" } as const

/** It refuses to be run by root, and then is run by the user of Debian's package. */
async function ownerOf(folder: string): Promise<{ uid?: number; gid?: number }> {
  if (process.geteuid?.() !== 0) return {}
  const [uid, gid] = ["-u", "-g"].map((flag) => Number(execFileSync("id", [flag, "postgres"])))
  if (uid === undefined || gid === undefined) return {}
  await chown(folder, uid, gid)
  return { uid, gid }
}
