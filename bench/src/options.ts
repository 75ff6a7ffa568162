import { parseArgs } from "node:util"
import type { Scale } from "./scenarios/scenario.js"

/** What a run measures. */
export interface Options {
  /** The names of the scenarios; all when empty. */
  readonly scenario: readonly string[]
  /** The names of the servers and clients; all when empty. */
  readonly only: readonly string[]
  readonly rounds: number
  readonly scale: Scale
}

/** How the command is used. */
export const USAGE = `Usage: npm run bench -- [options]

  --quick           under 4 minutes: one round, everything small
  --scenario NAME   one scenario; may be repeated. Of servers: fan-out, channels, one-to-one, presence, storm,
                    api, restart, jitter, server-publish, server-tokens, server-revocation, server-admin; of clients:
                    djangoinstant-dispatch, dcrf-dispatch, djangoinstant-recovery, sizes
  --only NAME       one server: instant, "instant (disk)", ws, socket.io or centrifugo; or one client:
                    djangoinstant, "djangoinstant (onMessage)", dcrf-client or centrifuge; may be repeated
  --subscribers N   so many subscribers in fan-out; may be repeated (100, 1,000 and 10,000 unless set)
  --connections N   so many connections in storm (10,000 unless set)
  --rounds N        how often each is measured; the medians are shown (3 unless set)

Centrifugo takes part when CENTRIFUGO_BIN is the path of its binary. server-publish measures PostgreSQL too when
BENCH_DATABASE_URL is the URL of a database for it; server-admin takes a browser whose path is CHROMIUM_BIN.`

/**
 * Reads the command line; undefined asks for help.
 * @throws Error that names an option which is unknown or not a number.
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      scenario: { type: "string", multiple: true, default: [] },
      only: { type: "string", multiple: true, default: [] },
      subscribers: { type: "string", multiple: true },
      connections: { type: "string" },
      rounds: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  })
  if (values.help) return undefined
  const { quick, scenario, only, rounds, subscribers, connections } = values
  return {
    scenario,
    only,
    rounds: rounds === undefined ? (quick ? 1 : 3) : readCount("--rounds", rounds),
    scale: {
      quick,
      subscribers:
        subscribers?.map((text) => readCount("--subscribers", text)) ??
        (quick ? [1_000] : [100, 1_000, 10_000]),
      connections:
        connections === undefined
          ? quick
            ? 1_000
            : 10_000
          : readCount("--connections", connections),
    },
  }
}

/** @throws Error unless the text is a whole number from 1 on; thousands may be set apart. */
export function readCount(option: string, text: string): number {
  const count = Number(text.replaceAll(/[,_]/g, ""))
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`${option} takes a whole number from 1 on, not ${text}`)
  }
  return count
}
