import { parseArgs } from "node:util"

/** What a run measures. */
export interface Options {
  readonly subscribers: readonly number[]
  /** The names of the servers; all when empty. */
  readonly only: readonly string[]
  readonly rounds: number
}

/** How the command is used. */
export const USAGE = `Usage: npm run bench -- [options]

  --quick          under a minute: one round, 1,000 subscribers
  --only NAME      one server: instant, ws, socket.io or centrifugo; may be repeated
  --subscribers N  so many subscribers; may be repeated (100, 1,000 and 10,000 unless set)
  --rounds N       how often each is measured; the medians are shown (3 unless set)

Centrifugo takes part when CENTRIFUGO_BIN is the path of its binary.`

/**
 * Reads the command line; undefined asks for help.
 * @throws Error that names an option which is unknown or not a number.
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      subscribers: { type: "string", multiple: true },
      rounds: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  })
  if (values.help) return undefined
  const { quick, only, rounds, subscribers } = values
  return {
    only,
    rounds: rounds === undefined ? (quick ? 1 : 3) : readCount("--rounds", rounds),
    subscribers:
      subscribers?.map((text) => readCount("--subscribers", text)) ??
      (quick ? [1_000] : [100, 1_000, 10_000]),
  }
}

function readCount(option: string, text: string): number {
  const count = Number(text.replaceAll(/[,_]/g, ""))
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`${option} takes a whole number from 1 on, not ${text}`)
  }
  return count
}
