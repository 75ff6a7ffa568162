import { createClient } from "dcrf-client"
import { createStore } from "dcrf-client/store"
import type { Browser } from "playwright-core"
import { createElement } from "react"
import { renderToString } from "react-dom/server"
import { afterAll, beforeAll } from "vitest"
import { launchBrowser } from "./browser.js"
import { bundlePage } from "./bundle-page.js"
import { testLivePage } from "./dcrf-live-page.js"
import { DcrfPage } from "./dcrf-page.js"
import { App } from "./pages/dcrf-react/app.js"

let browser: Browser
let script: string

beforeAll(async () => {
  browser = await launchBrowser()
  script = await bundlePage("pages/dcrf-react/main.ts")
})

afterAll(() => browser?.close())

testLivePage("React", (query) => {
  const store = createStore(createClient("ws://server.invalid/ws/"))
  const html = renderToString(createElement(App, { store }))
  return DcrfPage.open(browser, { script, html, query })
})
