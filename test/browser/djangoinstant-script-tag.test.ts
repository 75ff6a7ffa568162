import { readFile } from "node:fs/promises"
import type { Browser } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { launchBrowser } from "./browser.js"
import { document, Site } from "./djangoinstant-page.js"

const textOf = (path: string) => readFile(new URL(path, import.meta.url), "utf8")

/** A page that loads the script, with what its integrity attribute says. */
async function startSite(integrityOf: (said: string) => string): Promise<Site> {
  const [html, script, about] = await Promise.all([
    textOf("pages/script-tag/index.html"),
    textOf("../../packages/client/bundle/index.min.js"),
    textOf("../../packages/client/bundle/index.min.json"),
  ])
  const integrity = integrityOf(JSON.parse(about).integrity)
  return Site.start({ "/": html.replace("INTEGRITY", integrity), "/instant.js": script })
}

/** A worker that signs in, and hands on what comes. */
const worker = `
importScripts("/instant.js")
const instant = $instant.useInstant()
instant.on("lobby", ({ msg }) => postMessage(msg))
instant
  .init(location.origin)
  .then(() => instant.login("user", "secret"))
  .then(() => instant.connect())
  .then(() => postMessage(instant.status), ({ message }) => postMessage(message))
`

const host = `
const said = (text) => document.querySelector("#root").append(text + "; ")
new Worker("/worker.js").onmessage = ({ data }) => said(data)
`

describe("a page that loads djangoinstant with a script tag", () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await launchBrowser()
  })

  afterAll(() => browser?.close())

  test("receives by today's names and by those of 2.4, beside another Centrifuge", async () => {
    await using site = await startSite((said) => said)
    await using visit = await site.open(browser)
    const { page } = visit
    await page.locator("#state").getByText("connected", { exact: true }).waitFor()
    expect(await page.locator("#globals").textContent()).toBe("$instant")
    expect(await page.locator("#centrifuge").textContent()).toBe("another library")
    await site.backend.instant.publish("lobby", "Hello", { eventClass: "chat", data: { id: 17 } })
    await page.locator("#today").getByText("$lobby: Hello", { exact: true }).waitFor()
    const travelled = page.locator("#before li").first()
    await travelled.waitFor()
    await site.backend.instant.publish("public", "Hello, all")
    await page.locator("#before").getByText("public: Hello, all", { exact: true }).waitFor()
    expect(JSON.parse((await travelled.textContent()) ?? "")).toMatchObject({
      channel: "$lobby",
      message: "Hello",
      event_class: "chat",
      data: { id: 17 },
      site: "Site",
    })
    expect(visit.complaints).toEqual([])
  })

  test("doesn't run another script than the integrity attribute says", async () => {
    await using site = await startSite((said) => `${said.slice(0, 10)}AAAA${said.slice(14)}`)
    await using visit = await site.open(browser)
    await visit.page.locator("#state").getByText("$instant is not defined").waitFor()
    expect(visit.complaints.join()).toContain("integrity")
  })

  test("works in a worker, where there is no document", async () => {
    const script = await textOf("../../packages/client/bundle/index.min.js")
    await using site = await Site.start({
      "/": document(""),
      "/main.js": host,
      "/worker.js": worker,
      "/instant.js": script,
    })
    await using visit = await site.open(browser)
    await visit.page.getByText("connected;").waitFor()
    await site.backend.instant.publish("lobby", "Hello, worker")
    await visit.page.getByText("Hello, worker;").waitFor()
    expect(visit.complaints).toEqual([])
  })
})
