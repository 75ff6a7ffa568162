import { type ChildProcess, execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { PATIENCE, prepareVirtualEnvironment } from "../../../test/virtual-environment.js"
import { withDeadline } from "../../../test/with-deadline.js"

/** A DCRF server, or why there is none. */
export type Fixture =
  | ({ readonly kind: "running" } & RunningFixture)
  | { readonly kind: "missing"; readonly reason: string }

const execute = promisify(execFile)
const sources = fileURLToPath(new URL("fixture", import.meta.url))

/** Starts the server on a free port, in a virtual environment that is made at first. */
export async function startFixture(): Promise<Fixture> {
  const environment = await prepareVirtualEnvironment(join(sources, "requirements.txt"))
  if (environment.kind === "missing") return environment
  return Object.assign(await RunningFixture.start(environment.python), { kind: "running" } as const)
}

/** A DCRF server in a process of its own, steered over HTTP as its README says. */
export class RunningFixture {
  readonly #server: ChildProcess
  readonly #folder: string
  readonly #host: string

  /** See {@link RunningFixture.start}. */
  constructor(server: ChildProcess, folder: string, host: string) {
    this.#server = server
    this.#folder = folder
    this.#host = host
  }

  static async start(python: string): Promise<RunningFixture> {
    const folder = await mkdtemp(join(tmpdir(), "dcrf-fixture-"))
    const env = {
      ...process.env,
      PYTHONPATH: sources,
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONWARNINGS: "ignore",
      DJANGO_SETTINGS_MODULE: "fixture.settings",
      DCRF_FIXTURE_DB: join(folder, "db.sqlite3"),
      DCRF_FIXTURE_LOG: "INFO",
    }
    await execute(python, ["-m", "django", "migrate", "--run-syncdb", "--verbosity", "0"], { env })
    const where = [
      "-v",
      "1",
      "--access-log",
      join(folder, "access.log"),
      "-b",
      "127.0.0.1",
      "-p",
      "0",
    ]
    const server = spawn(python, ["-m", "daphne", ...where, "fixture.asgi:application"], {
      env,
      stdio: ["ignore", "ignore", "pipe"],
    })
    const said = createInterface(server.stderr)
    const listening = new Promise<string>((resolve, reject) => {
      said.on("line", (line) => {
        const host = /Listening on TCP address (\S+)/.exec(line)?.[1]
        if (host !== undefined) resolve(host)
      })
      server.once("exit", (code) => reject(new Error(`The DCRF server has ended with ${code}`)))
    })
    const fixture = new RunningFixture(server, folder, await withPatience(listening))
    await fixture.get("/health")
    return fixture
  }

  /** The address of a socket. */
  url(path: string): string {
    return `ws://${this.#host}${path}`
  }

  async get(path: string): Promise<unknown> {
    return (await fetch(`http://${this.#host}${path}`)).json()
  }

  /** Changes rows or sockets from outside. */
  async control(method: string, path: string, body: object = {}): Promise<unknown> {
    const url = `http://${this.#host}/control/${path}`
    const content = method === "GET" ? {} : { body: JSON.stringify(body) }
    const response = await fetch(url, { method, ...content })
    if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}`)
    return response.json()
  }

  async stop(): Promise<void> {
    const ended = once(this.#server, "exit")
    this.#server.kill()
    await withDeadline("the end of the DCRF server", ended)
    await rm(this.#folder, { recursive: true, force: true })
  }
}

async function withPatience<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("The DCRF server didn't start")), PATIENCE)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
