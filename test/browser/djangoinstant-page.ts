import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { getRequestListener } from "@hono/node-server"
import type { Browser, Page } from "playwright-core"
import { RealServer } from "../../packages/client/test/real-server.js"
import { CuttableLine } from "./cuttable-line.js"

/** What a site serves besides the backend: bodies by path, `.js` as scripts, all else as pages. */
export type Files = Readonly<Record<string, string>>

/** A page with its script `/main.js`. */
export const document = (html: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>djangoinstant</title>
<style>
  body { font: 1rem/1.5 sans-serif; margin: 1rem auto; max-width: 60rem; padding: 0 1rem }
  main { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)) }
  section { border: 1px solid #999; padding: 0 1rem }
</style>
<div id="root">${html}</div>
<script type="module" src="/main.js"></script>
</html>`

/** The real server and a page on one origin, behind a line that can be cut. */
export class Site implements AsyncDisposable {
  readonly backend: RealServer
  readonly line: CuttableLine
  readonly #server: Server

  constructor(backend: RealServer, line: CuttableLine, server: Server) {
    this.backend = backend
    this.line = line
    this.#server = server
  }

  static async start(files: Files): Promise<Site> {
    const backend = await RealServer.start()
    const server = createServer(
      getRequestListener((request) => {
        const { pathname } = new URL(request.url)
        const file = files[pathname]
        if (file === undefined) return backend.instant.fetch(request)
        const type = pathname.endsWith(".js") ? "text/javascript" : "text/html"
        return new Response(file, { headers: { "content-type": type } })
      }),
    )
    backend.instant.attach(server)
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    // A TCP server's address is one.
    const { port } = server.address() as AddressInfo
    return new Site(backend, await CuttableLine.to(port), server)
  }

  /** Opens the page in a window of its own. */
  async open(browser: Browser): Promise<Visit> {
    const visit = new Visit(await (await browser.newContext()).newPage())
    await visit.page.goto(this.line.url)
    return visit
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.line[Symbol.asyncDispose]()
    await this.backend[Symbol.asyncDispose]()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** A page in a browser, and what it does. */
export class Visit implements AsyncDisposable {
  readonly page: Page
  /** What is on the console as an error or a warning, and errors that nobody caught. */
  readonly complaints: string[] = []
  /** What the page asked of the realtime server, such as `subscribe $lobby`. */
  readonly commands: string[] = []

  constructor(page: Page) {
    this.page = page
    page.on("pageerror", (error) => this.complaints.push(error.message))
    page.on("console", (message) => {
      // The browser's own words for a request that failed are none of the page's.
      const isNetwork = /^(Failed to load resource|WebSocket connection)/.test(message.text())
      const isComplaint = ["error", "warning"].includes(message.type())
      if (isComplaint && !isNetwork) this.complaints.push(message.text())
    })
    page.on("websocket", (socket) => {
      socket.on("framesent", ({ payload }) => this.#sent(String(payload)))
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close()
  }

  #sent(frame: string): void {
    for (const line of frame.split("\n").filter((text) => text !== "")) {
      const command: Record<string, { readonly channel?: string }> = JSON.parse(line)
      for (const name of ["subscribe", "unsubscribe"]) {
        if (command[name]) this.commands.push(`${name} ${command[name].channel}`)
      }
    }
  }
}
