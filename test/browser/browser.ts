import { type Browser, chromium, type Page } from "playwright-core"

/** Starts the Chromium that `CHROMIUM_BIN` names. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_BIN
  if (executablePath === undefined) throw new Error("CHROMIUM_BIN names no browser")
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  })
}

/** The demo page in a window of its own, with one of the ready-made people signed in. */
export async function signedIn(browser: Browser, url: string, person: string): Promise<Page> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(url)
  await page.getByTestId(`person-${person}`).click()
  await page
    .getByTestId("connection")
    .filter({ hasText: /^connected/ })
    .waitFor()
  return page
}

/** The names of the channels that a page shows, in the order of the alphabet. */
export async function panels(page: Page): Promise<readonly string[]> {
  const headings = await page.locator("section[data-testid^=panel-] h2").allTextContents()
  return headings.map((heading) => heading.trim()).toSorted()
}
