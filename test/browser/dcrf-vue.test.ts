import { createClient } from "dcrf-client"
import { createStore } from "dcrf-client/store"
import type { Browser } from "playwright-core"
import { afterAll, beforeAll } from "vitest"
import { renderToString } from "vue/server-renderer"
import { launchBrowser } from "./browser.js"
import { bundlePage } from "./bundle-page.js"
import { testLivePage } from "./dcrf-live-page.js"
import { DcrfPage } from "./dcrf-page.js"
import { thingsApp } from "./pages/dcrf-vue/app.js"

let browser: Browser
let script: string

beforeAll(async () => {
  browser = await launchBrowser()
  script = await bundlePage("pages/dcrf-vue/main.ts")
})

afterAll(() => browser?.close())

testLivePage("Vue", async (query) => {
  const store = createStore(createClient("ws://server.invalid/ws/"))
  const html = await renderToString(thingsApp(store))
  return DcrfPage.open(browser, { script, html, query })
})
