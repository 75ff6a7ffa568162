import type { Machine } from "../machine.js"
import type { Options } from "../options.js"
import type { Calibration } from "../run/calibrate.js"
import { ours } from "../run/contestants.js"
import type { Outcome } from "../run/run-task.js"
import { type Summary, summarize } from "./summary.js"
import { table } from "./table.js"
import { asCount, asPercent } from "./units.js"

/** All that a run showed; what is written to its file. */
export interface Report {
  readonly date: string
  readonly machine: Machine
  readonly options: Options
  /** What the reader has to know besides. */
  readonly notes: readonly string[]
  readonly calibration: readonly Calibration[]
  readonly outcomes: readonly Outcome[]
}

/** A load generator that used more of its core than this may have held the server back. */
const GENERATOR_BUSY = 0.95
/** A machine with more load than this before the run had other work. */
const MACHINE_BUSY = 0.7

/** A report as text: a table for each number of subscribers, and what it rests on. */
export function reportText({ outcomes, machine, calibration, notes }: Report): string {
  const names = [...new Set(outcomes.map(({ name }) => name))]
  const counts = [...new Set(outcomes.map(({ subscribers }) => subscribers))]
  const blocks = counts.map((subscribers) => ({
    subscribers,
    summaries: names.map((name) => summarize(name, subscribers, outcomes)),
  }))
  const footer = [
    ...calibration.map(calibrationLine),
    ...blocks.flatMap(({ summaries }) => summaries.flatMap(busyGeneratorLines)),
    ...busyMachineLines(machine),
    ...notes,
    machineLine(machine),
  ]
  const tables = blocks.map((block) => table({ ...block, ours: ours.name }))
  return [...tables, footer.join("\n")].join("\n\n")
}

function calibrationLine({ messagesPerFrame, delivered, generatorShare }: Calibration): string {
  const frame = messagesPerFrame === 1 ? "1 message" : `${messagesPerFrame} messages`
  return `Load generator, ${frame} a frame: took ${asCount(delivered)} deliveries/s with ${asPercent(generatorShare)} of its core.`
}

function busyGeneratorLines({ name, subscribers, bounded, raw }: Summary): readonly string[] {
  const share = Math.max(bounded?.generatorShare ?? 0, raw.generatorShare)
  if (share < GENERATOR_BUSY) return []
  return [
    `The load generator used ${asPercent(share)} of its core with ${name} and ${asCount(subscribers)} subscribers, saturated: ${name} may be faster than that.`,
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
