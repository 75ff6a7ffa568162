import { allClients, clientPeers } from "../clients/clients.js"
import type { Sizes } from "../clients/sizes.js"
import type { Machine } from "../machine.js"
import type { Options } from "../options.js"
import type { Calibration } from "../run/calibrate.js"
import type { Outcome } from "../run/run-task.js"
import { ours, peers } from "../stage/contestants.js"
import type { Figure } from "./figure.js"
import { type Summary, summarize } from "./summary.js"
import { align, table } from "./table.js"
import { judge, type Verdict } from "./targets.js"
import { asCount, asPercent } from "./units.js"

/** All that a run showed; what is written to its file. */
export interface Report {
  readonly date: string
  readonly machine: Machine
  readonly options: Options
  /** What the reader has to know besides. */
  readonly notes: readonly string[]
  readonly calibration: readonly Calibration[]
  /** The targets, and what came of them. */
  readonly verdicts: readonly Verdict[]
  /** The medians. */
  readonly summaries: readonly Summary[]
  /** Every single measurement. */
  readonly outcomes: readonly Outcome[]
  /** What the clients weigh, where it was asked for. */
  readonly sizes?: Sizes
}

/** What was measured, and the lines of each table. */
export interface Tables {
  readonly scenario: string
  readonly case: string
  readonly figures: readonly Figure[]
}

/** A load generator that used more of its core than this may have held the server back. */
const GENERATOR_BUSY = 0.95
/** A machine with more load than this before the run had other work. */
const MACHINE_BUSY = 0.7

/** The medians of all that was measured, and what they say of the targets. */
export function conclude(outcomes: readonly Outcome[]): Pick<Report, "summaries" | "verdicts"> {
  const summaries = summarize(outcomes)
  return { summaries, verdicts: judge(summaries) }
}

/** A report as text: a table for each case, the targets, and what both rest on. */
export function reportText(report: Report, tables: readonly Tables[]): string {
  const { summaries, verdicts, outcomes, machine, calibration, notes, sizes } = report
  const footer = [
    ...calibration.map(calibrationLine),
    ...summaries.flatMap(busyGeneratorLines),
    ...busyMachineLines(machine),
    ...notes,
    ...outcomes.flatMap(failureLines),
    machineLine(machine),
  ]
  const texts = tables.map(({ scenario, case: title, figures }) => {
    const all = summaries.filter((one) => one.scenario === scenario && one.case === title)
    const own = ourNames.find((name) => all.some((one) => one.name === name))
    return table({
      title: `${scenario}: ${title}`,
      figures,
      summaries: all,
      ours: own ?? ours.name,
      peers: peerNames,
    })
  })
  const judged = verdicts.length === 0 ? [] : [targetTable(verdicts)]
  return [...texts, ...(sizes ? [sizes.table] : []), ...judged, footer.join("\n")].join("\n\n")
}

const peerNames: readonly string[] = [...peers, ...clientPeers].map(({ name }) => name)
/** Those that are compared with peers; where there are several, the first. */
const ourNames: readonly string[] = [ours, ...allClients]
  .map(({ name }) => name)
  .filter((name) => !peerNames.includes(name))

function targetTable(verdicts: readonly Verdict[]): string {
  const head = ["target", "limit", "measured", "met?"]
  return align([
    head,
    ...verdicts.map(({ target, limit, measured, met }) => [target, limit, measured, met]),
  ])
}

/** A server that could not be measured. */
export function failureLines({
  round,
  scenario,
  case: title,
  name,
  result,
}: Outcome): readonly string[] {
  if ("figures" in result) return []
  return [`FAILED in round ${round}: ${scenario}, ${title}, ${name}: ${result.failure}`]
}

function calibrationLine({ messagesPerFrame, delivered, generatorShare }: Calibration): string {
  const frame = messagesPerFrame === 1 ? "1 message" : `${messagesPerFrame} messages`
  return `Load generator, ${frame} a frame: took ${asCount(delivered)} deliveries/s with ${asPercent(generatorShare)} of its core.`
}

function busyGeneratorLines({ scenario, case: title, name, figures }: Summary): readonly string[] {
  const shares = Object.entries(figures).filter(([key]) => key.endsWith(".load"))
  const share = Math.max(0, ...shares.map(([, value]) => value))
  if (share < GENERATOR_BUSY) return []
  return [
    `The load generator used ${asPercent(share)} of its core with ${name} (${scenario}, ${title}): ${name} may be faster than that.`,
  ]
}

function busyMachineLines({ loadBefore }: Machine): readonly string[] {
  if (loadBefore < MACHINE_BUSY) return []
  return [
    `The machine was busy before the run (load average ${loadBefore.toFixed(1)}): measure again when it is quiet.`,
  ]
}

function machineLine({ processor, cores, memory, system, node, commit }: Machine): string {
  const gigabytes = Math.round(memory / 1024 ** 3)
  return `${processor}, ${cores} cores, ${gigabytes} GB, ${system}, Node ${node}, commit ${commit}.`
}
