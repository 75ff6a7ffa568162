import { type Browser, type BrowserContext, chromium } from "playwright-core"
import { z } from "zod"
import { Histogram } from "../histogram.js"
import { Child } from "../process/child.js"
import { figuresOf, latency } from "../report/figure.js"
import { siteAdmin } from "../server/site-commands.js"
import { ours } from "../stage/contestants.js"
import { withFolder } from "../stage/with-folder.js"
import type { Measured, Scenario, Stage } from "./scenario.js"

const figures = [
  ...figuresOf("from the address to the first event, nothing cached", "cold", [latency("p50")]),
  ...figuresOf("the same, by a browser that has been there", "warm", [latency("p50")]),
]

/** The admin page in Chromium, from opening a channel's address until the first live event is drawn. */
export const serverAdmin: Scenario = {
  name: "server-admin",
  cases: ({ quick }) => [
    {
      title: "a signed-in superuser, 200 events/s",
      figures,
      suits: (contestant) => contestant === ours && process.env.CHROMIUM_BIN !== undefined,
      measure: (_, stage) => withFolder((folder) => measure(folder, stage, quick ? 3 : 15)),
    },
  ],
}

async function measure(folder: string, { placement }: Stage, times: number): Promise<Measured> {
  const site = new Child({ name: "site", script: "server/site.js", core: placement.server })
  let browser: Browser | undefined
  try {
    await site.ask({ do: "open", database: `${folder}/instant.sqlite` }, z.undefined())
    const port = await site.ask({ do: "listen" }, z.int())
    await site.ask({ do: "animate" }, z.undefined())
    const url = `http://127.0.0.1:${port}/instant/admin/`
    browser = await launch()
    const known = await browser.newContext()
    await signIn(known, url)
    const state = await known.storageState()
    const [cold, warm] = [new Histogram(), new Histogram()]
    for (let n = 0; n < times; n++) {
      const fresh = await browser.newContext({ storageState: state })
      cold.add(await firstEvent(fresh, url))
      warm.add(await firstEvent(fresh, url))
      await fresh.close()
    }
    const [coldest, warmest] = [cold, warm].map((each) => each.percentile(0.5) / 1_000)
    return { figures: { "cold.p50": coldest ?? 0, "warm.p50": warmest ?? 0 } }
  } finally {
    await browser?.close()
    await site.stop()
  }
}

function launch(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_BIN
  if (executablePath === undefined) throw new Error("CHROMIUM_BIN names no browser")
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
  return chromium.launch({ executablePath, args })
}

async function signIn(context: BrowserContext, url: string): Promise<void> {
  const page = await context.newPage()
  await page.goto(url)
  await page.getByLabel("User name").fill(siteAdmin.name)
  await page.getByLabel("Password").fill(siteAdmin.password)
  await page.getByLabel("Password").press("Enter")
  await page.getByTestId("who").waitFor()
  await page.close()
}

/** In microseconds. */
async function firstEvent(context: BrowserContext, url: string): Promise<number> {
  const page = await context.newPage()
  const start = performance.now()
  await page.goto(`${url}#/channels/${encodeURIComponent(`$${siteAdmin.channel}`)}`)
  await page.getByTestId("live").getByRole("listitem").first().waitFor()
  const taken = (performance.now() - start) * 1_000
  await page.close()
  return taken
}
