import { parseArgs } from "node:util"

/** How long and how often is measured. */
export interface Pace {
  readonly rounds: number
  /** Seconds of publishing that don't count, in each fresh server. */
  readonly warmUp: number
  /** Seconds at the steady rate. */
  readonly steady: number
}

/** What a run measures. */
export interface Options extends Pace {
  readonly subscribers: readonly number[]
  /** The names of the servers; all when empty. */
  readonly only: readonly string[]
}

/** How the command is used. */
export const USAGE = `Usage: npm run bench -- [options]

  --quick          under a minute: one round, 1,000 subscribers
  --only NAME      one server: instant, ws, socket.io or centrifugo; may be repeated
  --subscribers N  so many subscribers; may be repeated (100, 1,000 and 10,000 unless set)
  --rounds N       how often each is measured; the medians are shown (3 unless set)

Centrifugo takes part when CENTRIFUGO_BIN is the path of its binary.`

const thorough: Pace = { rounds: 3, warmUp: 0.7, steady: 2 }
const quick: Pace = { rounds: 1, warmUp: 0.5, steady: 1.5 }

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
  const pace = values.quick ? quick : thorough
  const counts = values.subscribers?.map((text) => readCount("--subscribers", text))
  return {
    ...pace,
    rounds: values.rounds === undefined ? pace.rounds : readCount("--rounds", values.rounds),
    only: values.only,
    subscribers: counts ?? (values.quick ? [1_000] : [100, 1_000, 10_000]),
  }
}

function readCount(option: string, text: string): number {
  const count = Number(text.replaceAll(/[,_]/g, ""))
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`${option} takes a whole number from 1 on, not ${text}`)
  }
  return count
}
