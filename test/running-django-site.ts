import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { rm } from "node:fs/promises"
import { type DjangoSite, startCommand } from "../scripts/steps/django-site.js"

/** How long a process may take to say something, in milliseconds. */
const DEADLINE = 30_000

/** Where a site has its database, and where it and its engine listen. */
export interface SitePlace {
  /** Is removed in the end. */
  readonly data: string
  readonly port: number
  readonly enginePort: number
}

/** A Django site and its engine, each in a process of its own. */
export class RunningDjangoSite implements AsyncDisposable {
  readonly url: string
  /** Where clients open their socket. */
  readonly websocketsUrl: string
  readonly #site: DjangoSite
  readonly #place: SitePlace
  readonly #processes: ChildProcess[] = []
  #output = ""
  #enginePid = 0

  constructor(site: DjangoSite, place: SitePlace) {
    this.#site = site
    this.#place = place
    this.url = `http://127.0.0.1:${place.port}`
    this.websocketsUrl = `ws://127.0.0.1:${place.enginePort}`
  }

  /** What site and engine have printed so far. */
  get output(): string {
    return this.#output
  }

  /** Starts the site. */
  async startSite(): Promise<void> {
    const { port } = this.#place
    const site = ["runserver", "--noreload", "--skip-checks", `127.0.0.1:${port}`]
    await this.#start(site, /Quit the server/)
  }

  /** Starts the engine, with what its history has. */
  async startEngine(): Promise<void> {
    const port = String(this.#place.enginePort)
    const command = ["runws", "--dir", this.#site.engineHome, "--port", port]
    const said = await this.#start(command, /"pid":(\d+).*"msg":"serving"/)
    this.#enginePid = Number(said[1])
  }

  /** Kills the engine as a crash does, and waits for the end of the command that ran it. */
  async killEngine(): Promise<void> {
    const running = this.#processes.find((each) => each.spawnargs.includes("runws"))
    if (running === undefined) throw new Error("No engine runs")
    const ended = once(running, "close", { signal: AbortSignal.timeout(DEADLINE) })
    process.kill(this.#enginePid, "SIGKILL")
    await ended
    this.#processes.splice(this.#processes.indexOf(running), 1)
  }

  async #start(args: readonly string[], pattern: RegExp): Promise<RegExpMatchArray> {
    const child = startCommand(this.#site, args, "pipe")
    this.#processes.push(child)
    let output = ""
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${args.join(" ")} ${why}: ${output}`))
      const timer = setTimeout(() => fail("is silent"), DEADLINE)
      const read = (chunk: Buffer): void => {
        this.#output += chunk
        output += chunk
        const found = output.match(pattern)
        if (found === null) return
        clearTimeout(timer)
        resolve(found)
      }
      child.stdout?.on("data", read)
      child.stderr?.on("data", read)
      child.on("close", () => {
        clearTimeout(timer)
        fail("has ended")
      })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ends = this.#processes.map((each) => each.exitCode ?? once(each, "close"))
    for (const each of this.#processes) each.kill("SIGTERM")
    await Promise.all(ends)
    await rm(this.#place.data, { recursive: true })
  }
}
