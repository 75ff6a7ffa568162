import { describeMachine } from "./machine.js"
import { type Options, readOptions, USAGE } from "./options.js"
import { type Placement, placeProcesses } from "./process/cores.js"
import { type Report, reportText } from "./report/report.js"
import { saveReport } from "./report/save-report.js"
import { asCount, asMicros, asMillis } from "./report/units.js"
import { calibrate } from "./run/calibrate.js"
import { chooseContestants } from "./run/contestants.js"
import { planTasks } from "./run/plan.js"
import { type Outcome, runTask } from "./run/run-task.js"

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args)
  if (options === undefined) {
    console.log(USAGE)
    return
  }
  const report = await run(options)
  console.log(`\n${reportText(report)}\n\nWritten to ${await saveReport(report)}`)
}

async function run(options: Options): Promise<Report> {
  const machine = describeMachine()
  const { contestants, absent } = chooseContestants(options.only)
  const placement = placeProcesses()
  const calibration = await calibrate(placement)
  const outcomes: Outcome[] = []
  for (const task of planTasks(options, contestants)) {
    const outcome = await runTask(task, { placement, before: outcomes })
    outcomes.push(outcome)
    console.log(progressLine(outcome))
  }
  const notes = [...absent, placementNote(placement)]
  return { date: new Date().toISOString(), machine, options, notes, calibration, outcomes }
}

function progressLine(outcome: Outcome): string {
  const { round, name, subscribers } = outcome
  const start = `round ${round}, ${asCount(subscribers)} subscribers, ${name}: `
  if (outcome.phase === "steady") {
    const { cpuPerDelivery, p99 } = outcome.steady
    return `${start}${asMicros(cpuPerDelivery)} a delivery, p99 ${asMillis(p99)}`
  }
  const { bounded, raw } = outcome.saturation
  return `${start}${asCount((bounded ?? raw).delivered)} deliveries/s, at most ${asCount(raw.delivered)}`
}

function placementNote({ server, load }: Placement): string {
  return server === undefined
    ? "The system placed the processes: there is no taskset, or one core only."
    : `The server had core ${server} for itself, the load generator core ${load.join(", ")}.`
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
