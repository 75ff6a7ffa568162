import { z } from "zod"
import { Child } from "../process/child.js"
import { cpuPer, figuresOf, latency, perSecond } from "../report/figure.js"
import { fetched } from "../server/site-commands.js"
import { ours } from "../stage/contestants.js"
import { withFolder } from "../stage/with-folder.js"
import type { Scenario } from "./scenario.js"

const CHANNELS = 100

/** `get_token` of the Node server, by its handler, without a socket. */
export const serverTokens: Scenario = {
  name: "server-tokens",
  cases: ({ quick }) =>
    [1, 8].map((callers) => ({
      title: `a user of ${CHANNELS} channels, ${callers} under way, SQLite`,
      figures: figuresOf("get_token, with a token for each channel", "tokens", [
        perSecond("answers"),
        cpuPer("answer"),
        latency("p50"),
        latency("p99"),
      ]),
      suits: (contestant) => contestant === ours,
      measure: (_, { placement }) =>
        withFolder(async (folder) => {
          const site = new Child({ name: "site", script: "server/site.js", core: placement.server })
          const ask = (seconds: number) =>
            site.ask({ do: "tokens", channels: CHANNELS, callers, seconds }, fetched)
          try {
            await site.ask({ do: "open", database: `${folder}/instant.sqlite` }, z.undefined())
            // Nothing is compiled yet.
            await ask(0.5)
            const { perSecond: rate, cpu, p50, p99 } = await ask(quick ? 1 : 4)
            const figures = { "tokens.rate": rate, "tokens.cpu": cpu }
            return { figures: { ...figures, "tokens.p50": p50, "tokens.p99": p99 } }
          } finally {
            await site.stop()
          }
        }),
    })),
}
