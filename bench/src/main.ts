import { measureSizes } from "./clients/sizes.js"
import { describeMachine } from "./machine.js"
import { type Options, readOptions, USAGE } from "./options.js"
import { type Placement, placeProcesses } from "./process/cores.js"
import { conclude, failureLines, type Report, reportText } from "./report/report.js"
import { saveReport } from "./report/save-report.js"
import { calibrate } from "./run/calibrate.js"
import { planTasks, type Task } from "./run/plan.js"
import { type Outcome, runTask } from "./run/run-task.js"
import { type Chosen, chooseScenarios } from "./scenarios/all.js"
import { chooseContestants, type Field } from "./stage/contestants.js"

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args)
  if (options === undefined) {
    console.log(USAGE)
    return
  }
  const chosen = chooseScenarios(options.scenario)
  const { report, tasks } = await run(options, chosen, chooseContestants(options.only))
  const tables = [
    ...new Map(tasks.map((task) => [`${task.scenario}: ${task.case}`, task])).values(),
  ]
  console.log(`\n${reportText(report, tables)}\n\nWritten to ${await saveReport(report)}`)
  if (report.outcomes.some((outcome) => failureLines(outcome).length > 0)) process.exitCode = 1
}

async function run(options: Options, chosen: Chosen, field: Field) {
  const { rounds, scale } = options
  const { scenarios, clientScenarios } = chosen
  const { contestants, clients, absent } = field
  const ofServers = planTasks({ rounds, scale, scenarios, entrants: contestants })
  const ofClients = planTasks({ rounds, scale, scenarios: clientScenarios, entrants: clients })
  const tasks = [...ofServers, ...ofClients]
  const machine = describeMachine()
  const placement = placeProcesses()
  const calibration = ofServers.length === 0 ? [] : await calibrate(placement)
  const outcomes: Outcome[] = []
  for (const task of tasks) {
    const outcome = await runTask(task, { placement, outcomes })
    outcomes.push(outcome)
    console.log(progressLine(task, outcome))
  }
  const report: Report = {
    date: new Date().toISOString(),
    machine,
    options,
    notes: [...(ofServers.length === 0 ? [] : absent), placementNote(placement)],
    calibration,
    ...conclude(outcomes),
    outcomes,
    ...(chosen.sizes && { sizes: measureSizes() }),
  }
  return { report, tasks }
}

/** The compared figures of a task in a line. */
function progressLine({ figures }: Task, outcome: Outcome): string {
  const { round, scenario, case: title, name, result } = outcome
  if (!("figures" in result)) return failureLines(outcome).join("\n")
  const shown = figures
    .filter(({ better, key }) => better !== undefined && result.figures[key] !== undefined)
    .map((figure) => `${figure.title} ${figure.show(result.figures[figure.key] ?? Number.NaN)}`)
  return `round ${round}, ${scenario}, ${title}, ${name}: ${shown.join(", ")}`
}

function placementNote({ server, load }: Placement): string {
  return server === undefined
    ? "The system placed the processes: there is no taskset, or one core only."
    : `The server, or client, had core ${server} for itself, the load generator core ${load.join(", ")}.`
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
