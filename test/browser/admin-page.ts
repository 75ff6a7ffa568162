import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core"
import { Visit } from "./djangoinstant-page.js"

/** The admin in a window of its own. */
export class AdminPage implements AsyncDisposable {
  readonly page: Page
  readonly #visit: Visit

  constructor(page: Page) {
    this.page = page
    this.#visit = new Visit(page)
  }

  /** Opens it, with nobody signed in. */
  static async open(
    browser: Browser,
    url: string,
    options: BrowserContextOptions = {},
  ): Promise<AdminPage> {
    const context = await browser.newContext(options)
    const admin = new AdminPage(await context.newPage())
    await admin.page.goto(`${url}/instant/admin/`)
    return admin
  }

  /** Opens a section of it as the superuser. */
  static async at(
    browser: Browser,
    url: string,
    { hash = "", ...options }: BrowserContextOptions & { readonly hash?: string } = {},
  ): Promise<AdminPage> {
    const admin = await AdminPage.open(browser, `${url}`, options)
    await admin.signIn("superuser", "secret")
    await admin.page.getByTestId("who").waitFor()
    if (hash !== "") await admin.show(hash)
    return admin
  }

  /** By keyboard alone. */
  async signIn(name: string, password: string): Promise<void> {
    await this.page.getByLabel("User name").fill(name)
    await this.page.getByLabel("Password").fill(password)
    await this.page.getByLabel("Password").press("Enter")
  }

  /** Goes where an address leads, as `#/channels`, and waits until that is drawn. */
  async show(hash: string): Promise<void> {
    await this.page.evaluate(async (where) => {
      if (location.hash === where) return
      const gone = new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }))
      location.hash = where
      await gone
      for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
    }, hash)
  }

  /** A row of a table by the words that it has. */
  row(words: string | RegExp): Locator {
    return this.page.getByRole("row").filter({ hasText: words })
  }

  get dialog(): Locator {
    return this.page.getByRole("dialog")
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: typeof name === "string" })
  }

  /** Waits until the page says what was done. */
  async told(text: string | RegExp): Promise<void> {
    await this.page.getByTestId("notice").filter({ hasText: text }).waitFor()
  }

  /** What is on the console as an error or a warning, the policy's refusals among them. */
  get complaints(): readonly string[] {
    return this.#visit.complaints
  }

  /** Whether nothing is wider than the window. */
  fits(): Promise<boolean> {
    return this.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)
  }

  /** Ends the visit. @throws Error when anything was on the console that should not be. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#visit[Symbol.asyncDispose]()
    if (this.complaints.length > 0) throw new Error(`On the console: ${this.complaints.join("; ")}`)
  }
}
