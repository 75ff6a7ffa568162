import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import type { Browser, Locator, Page } from "playwright-core"

/** What a page is made of. */
export interface DcrfPageParts {
  /** The text of a module. */
  readonly script: string
  /** What its root holds before the script takes over. */
  readonly html: string
  /** Such as `?server=…`. @default none */
  readonly query?: string
}

/** A page of live things in a browser, with the server that it comes from. */
export class DcrfPage implements AsyncDisposable {
  readonly page: Page
  /** The errors on the page's console, and those that it didn't catch. */
  readonly complaints: string[] = []
  readonly #server: Server

  constructor(server: Server, page: Page) {
    this.#server = server
    this.page = page
    page.on("pageerror", (error) => this.complaints.push(error.message))
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text())
    })
  }

  static async open(
    browser: Browser,
    { script, html, query = "" }: DcrfPageParts,
  ): Promise<DcrfPage> {
    const document = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<div id="root">${html}</div><script type="module" src="/main.js"></script>`
    const server = createServer(({ url }, response) => {
      const isScript = url === "/main.js"
      response.setHeader("content-type", isScript ? "text/javascript" : "text/html")
      response.end(isScript ? script : document)
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const opened = new DcrfPage(server, await (await browser.newContext()).newPage())
    // A TCP server's address is one.
    const { port } = server.address() as AddressInfo
    await opened.page.goto(`http://127.0.0.1:${port}/${query}`)
    return opened
  }

  /** The rows that the list shows. */
  get rows(): Locator {
    return this.page.getByTestId("list").locator("li")
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).click()
  }

  /** Waits until list and row are live. */
  async isLive(): Promise<void> {
    await this.page.locator("[data-testid=list][data-status=live]").waitFor()
    await this.page.locator("[data-testid=row][data-status=live]").waitFor()
  }

  /** Waits until the row has this name. */
  async isHeaded(name: string): Promise<void> {
    await this.page.getByTestId("row").getByRole("heading", { name, exact: true }).waitFor()
  }

  /** Waits until the connection is like this. */
  async isConnection(status: string): Promise<void> {
    await this.page.getByTestId("connection").getByText(status, { exact: true }).waitFor()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
