import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const folder = fileURLToPath(new URL("../../packages/dcrf-client/test/fixture/", import.meta.url))

/** The DCRF project of `packages/dcrf-client/test/fixture`, running on a port of its own. */
export class DcrfFixture implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #port: string
  readonly #database: string

  constructor(process: ChildProcess, port: string, database: string) {
    this.#process = process
    this.#port = port
    this.#database = database
  }

  /** The first start ever makes its virtual environment, which takes a while. */
  static async start(): Promise<DcrfFixture> {
    const home = process.env.DCRF_FIXTURE_HOME ?? join(tmpdir(), "dcrf-fixture")
    const database = mkdtempSync(join(tmpdir(), "dcrf-fixture-"))
    const isMade = existsSync(join(home, "venv/.installed"))
    const env = {
      ...process.env,
      // Says where it listens.
      DCRF_FIXTURE_LOG: "INFO",
      DCRF_FIXTURE_VERBOSITY: "1",
      // An environment that is there serves others too, each with a database of its own.
      ...(isMade && { DCRF_FIXTURE_PY: join(home, "venv/bin/python") }),
      DCRF_FIXTURE_HOME: isMade ? database : home,
    }
    const child = spawn("./run.sh", ["0"], {
      cwd: folder,
      env,
      stdio: ["ignore", "ignore", "pipe"],
    })
    let said = ""
    for await (const line of createInterface({ input: child.stderr })) {
      said += `${line}\n`
      const port = /Listening on TCP address 127\.0\.0\.1:(\d+)/.exec(line)?.[1]
      if (port === undefined) continue
      child.stderr.resume()
      return new DcrfFixture(child, port, database)
    }
    throw new Error(`The fixture didn't start: ${said}`)
  }

  /** Where all streams are. */
  get url(): string {
    return `ws://127.0.0.1:${this.#port}/ws/`
  }

  /** Acts from outside: see the fixture's README. @param path such as `things/1` */
  async control(method: string, path: string, body: object = {}): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${this.#port}/control/${path}`, {
      method,
      ...(method !== "GET" && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`)
    return response.json()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve))
    this.#process.kill()
    await ended
    rmSync(this.#database, { recursive: true, force: true })
  }
}
