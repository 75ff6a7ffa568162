import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Browser, BrowserContext, Page } from "playwright-core"
import {
  type Example,
  freePort,
  prepareExample,
  startCommand,
} from "../../scripts/steps/example.js"

/** How long a process may take to say something, in milliseconds. */
const DEADLINE = 30_000

/** The site of examples/django and its engine, each in a process of its own. */
export class Shop implements AsyncDisposable {
  readonly url: string
  readonly #example: Example
  readonly #data: string
  readonly #enginePort: number
  readonly #processes: ChildProcess[] = []
  #enginePid = 0

  constructor(example: Example, place: { data: string; port: number; enginePort: number }) {
    this.#example = example
    this.#data = place.data
    this.#enginePort = place.enginePort
    this.url = `http://127.0.0.1:${place.port}`
  }

  static async start(): Promise<Shop> {
    const data = await mkdtemp(join(tmpdir(), "shop-"))
    const [port, enginePort] = [await freePort(), await freePort()]
    const example = await prepareExample(data, enginePort)
    if (example === undefined) throw new Error("The example can't be prepared")
    const shop = new Shop(example, { data, port, enginePort })
    await shop.startEngine()
    const site = ["runserver", "--noreload", "--skip-checks", `127.0.0.1:${port}`]
    await shop.#start(site, /Quit the server/)
    return shop
  }

  /** Starts the engine, with what its history has. */
  async startEngine(): Promise<void> {
    const { engineHome } = this.#example
    const command = ["runws", "--dir", engineHome, "--port", String(this.#enginePort)]
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
    const child = startCommand(this.#example, args, "pipe")
    this.#processes.push(child)
    let output = ""
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${args.join(" ")} ${why}: ${output}`))
      const timer = setTimeout(() => fail("is silent"), DEADLINE)
      const read = (chunk: Buffer): void => {
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

  /** A window of its own in which one of the ready-made people has signed in. */
  async signIn(browser: Browser, person: string): Promise<Page> {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(this.url)
    await page.getByRole("button", { name: person }).click()
    await connected(page)
    return page
  }

  /** Another tab of who has signed in. */
  async tab(context: BrowserContext): Promise<Page> {
    const page = await context.newPage()
    await page.goto(this.url)
    await connected(page)
    return page
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ends = this.#processes.map((each) => each.exitCode ?? once(each, "close"))
    for (const each of this.#processes) each.kill("SIGTERM")
    await Promise.all(ends)
    await rm(this.#data, { recursive: true })
  }
}

/** Waits until a page says that it is connected. */
export async function connected(page: Page): Promise<void> {
  await page.locator('#status[data-status="connected"]').waitFor()
}

/** What has arrived on a page, the first one first, as `placed #17`. */
export async function arrived(page: Page): Promise<readonly string[]> {
  return (await page.locator("#arrived span").allTextContents()).toReversed()
}
