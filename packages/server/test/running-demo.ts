import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { getRequestListener } from "@hono/node-server"
import { type Demo, installDemo } from "../src/demo/demo.js"
import { Browser } from "./browser.js"
import { type Listening, listen } from "./realtime.js"
import { RunningServer } from "./running-server.js"

/** The demo behind real HTTP, with a page of three files; its websockets are the server's. */
export class RunningDemo implements AsyncDisposable {
  readonly server: RunningServer
  readonly demo: Demo
  readonly url: string
  readonly #http: Server
  readonly #folder: string

  constructor(parts: Pick<RunningDemo, "server" | "demo" | "url">, http: Server, folder: string) {
    this.server = parts.server
    this.demo = parts.demo
    this.url = parts.url
    this.#http = http
    this.#folder = folder
  }

  static async start(): Promise<RunningDemo> {
    const folder = await mkdtemp(join(tmpdir(), "instant-demo-"))
    await mkdir(join(folder, "static", "assets"), { recursive: true })
    await writeFile(join(folder, "static", "index.html"), "<!doctype html><title>Page</title>")
    await writeFile(join(folder, "static", "assets", "index-abc.js"), "export {}")
    await writeFile(join(folder, "outside.txt"), "not for everyone")
    const server = await RunningServer.start()
    const demo = await installDemo(server.instant, { folder: join(folder, "static") })
    const { http, url } = await serve(demo)
    return new RunningDemo({ server, demo, url }, http, folder)
  }

  /** A visitor without cookies. */
  browser(): Browser {
    return new Browser(this.url)
  }

  /** One of the ready-made people, signed in. */
  async signedIn(name: string): Promise<Browser> {
    const browser = this.browser()
    const password = this.demo.people.find((person) => person.name === name)?.password
    const response = await browser.login(name, password)
    if (response.status !== 200) throw new Error(`login answered ${response.status}`)
    return browser
  }

  /** One of the ready-made people, signed in and listening to some of their channels. */
  async listening(name: string, channels: readonly string[]): Promise<Listening> {
    const tokens = await (await this.signedIn(name)).tokens()
    const wanted = tokens.channels.filter((channel) => channels.includes(channel.name))
    return listen(this.server, { ...tokens, channels: wanted })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.demo.close()
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
    await this.server[Symbol.asyncDispose]()
    await rm(this.#folder, { recursive: true })
  }
}

/** Serves a demo on a free port. */
export async function serve(demo: Demo): Promise<{ readonly http: Server; readonly url: string }> {
  const http = createServer(getRequestListener((...call) => demo.fetch(...call)))
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve))
  const address = http.address()
  if (address === null || typeof address === "string") throw new Error("not listening")
  return { http, url: `http://127.0.0.1:${address.port}` }
}
