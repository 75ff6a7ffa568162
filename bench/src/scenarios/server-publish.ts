import { z } from "zod"
import { Child } from "../process/child.js"
import { cpuPer, type Figures, figuresOf, latency, perSecond } from "../report/figure.js"
import { type Published, published } from "../server/site-commands.js"
import { ours } from "../stage/contestants.js"
import { withFolder } from "../stage/with-folder.js"
import type { Case, Measured, Scenario, Stage } from "./scenario.js"

/** Calls that are under way together. */
const CALLERS = 8

const direct = figuresOf("publish() with the engine in process", "direct", [
  perSecond("publishes"),
  cpuPer("publish"),
  latency("p99"),
])
const durable = figuresOf("durable: true, without a transaction", "durable", [
  perSecond("accepted"),
  { ...perSecond("delivered"), key: "delivered" },
  cpuPer("publish"),
  latency("p50"),
  latency("p99"),
])

/** `publish()` of the Node server, with and without the outbox. */
export const serverPublish: Scenario = {
  name: "server-publish",
  cases: ({ quick }) => {
    const seconds = quick ? 1 : 4
    const title = `${CALLERS} calls under way, a channel each`
    const postgres = process.env.BENCH_DATABASE_URL
    const onSqlite = (history: "memory" | undefined): Case => ({
      title: `${title}, SQLite, ${history === undefined ? "history beside it" : "history in memory"}`,
      figures: [...direct, ...durable],
      suits: (contestant) => contestant === ours,
      measure: (_, stage) =>
        withFolder((folder) => {
          const site = { database: `${folder}/instant.sqlite`, history }
          return measure(site, stage, seconds)
        }),
    })
    const onPostgres: Case = {
      title: `${title}, PostgreSQL, history in memory`,
      figures: durable,
      suits: (contestant) => contestant === ours && postgres !== undefined,
      measure: (_, stage) => measure({ database: postgres ?? "" }, stage, seconds),
    }
    return [onSqlite(undefined), onSqlite("memory"), onPostgres]
  },
}

interface Site {
  readonly database: string
  readonly history?: "memory" | undefined
}

async function measure(opened: Site, { placement }: Stage, seconds: number): Promise<Measured> {
  const site = new Child({ name: "site", script: "server/site.js", core: placement.server })
  const publish = (isDurable: boolean, time: number): Promise<Published> => {
    const order = { do: "publish", durable: isDurable, callers: CALLERS, seconds: time }
    return site.ask(order, published)
  }
  try {
    await site.ask({ do: "open", ...opened }, z.undefined())
    // Nothing is compiled yet.
    await publish(false, 0.5)
    await publish(true, 0.5)
    const figures = {
      ...figuresFrom("direct", await publish(false, seconds)),
      ...figuresFrom("durable", await publish(true, seconds)),
    }
    return { figures }
  } finally {
    await site.stop()
  }
}

function figuresFrom(prefix: string, { perSecond: rate, ...others }: Published): Figures {
  const entries = Object.entries({ rate, ...others })
  return Object.fromEntries(entries.map(([key, value]) => [`${prefix}.${key}`, value]))
}
