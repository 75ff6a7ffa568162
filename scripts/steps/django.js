import { existsSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { findPython } from "./pythons.js"
import { root } from "./root.js"
import { run } from "./run.js"
import { makeVenv } from "./venv.js"

/** @import { Count } from "./tests.js" */
/** @import { Python } from "./pythons.js" */

/**
 * A Python and a Django that the app is tested with.
 *
 * @typedef {object} Pair
 * @property {string} python
 * @property {string} django
 * @property {Selection} [sample] What is run of it when not all are; nothing unless said.
 * @property {boolean} [whole] Whether the tests that start other programs are run too, when all are.
 */

/**
 * Which tests are run: those that need nothing else, those too that start other programs but not
 * the long ones, or all.
 *
 * @typedef {"short" | "sample" | "all"} Selection
 */

/** @type {Readonly<Record<Selection, readonly string[]>>} */
const markers = { short: ["-m", "not whole"], sample: ["-m", "not long"], all: [] }

/** Every Python and every Django, in pairs that Django knows. @type {readonly Pair[]} */
const pairs = [
  { python: "3.10", django: "4.2" },
  { python: "3.11", django: "4.2", sample: "short", whole: true },
  { python: "3.11", django: "5.2", sample: "sample", whole: true },
  { python: "3.12", django: "6.1", sample: "short" },
  { python: "3.13", django: "5.2" },
  { python: "3.13", django: "6.1" },
]

/** The Python that there must be. */
const ALWAYS = "3.11"

const folder = join(root, "django")
const home = join(root, ".cache/django")

/**
 * Runs the app's tests with each Python that is there, and each Django that it has.
 *
 * @param {{ all?: boolean, args?: readonly string[] }} [options] `all` means every pair, and
 *   the tests that take minutes; `args` are pytest's own.
 * @returns {Promise<Count>}
 */
export async function runDjangoTests({ all = false, args = [] } = {}) {
  const total = { passed: 0, failed: 0 }
  if (!process.env.CENTRIFUGO_BIN) {
    console.log("Django with Centrifugo: left out, for CENTRIFUGO_BIN names none")
  }
  for (const pair of pairs) {
    const selection = all ? (pair.whole ? "all" : "short") : pair.sample
    if (!selection) continue
    const python = findPython(pair.python)
    const options = [...markers[selection], ...args]
    const { passed, failed } = python ? await runPair(pair, python, options) : leaveOut(pair)
    total.passed += passed
    total.failed += failed
  }
  return total
}

/** Checks the app's style and types. */
export async function checkDjango() {
  const pair = { python: ALWAYS, django: "5.2", whole: true }
  const python = findPython(ALWAYS)
  const program = python && (await prepare(pair, python))
  if (!program) return leaveOut(pair).failed === 0
  const places = [".", "../examples/django"]
  const tools = [
    ["ruff", "check", "--quiet", ...places],
    ["ruff", "format", "--quiet", "--check", ...places],
    ["mypy"],
  ]
  for (const tool of tools) {
    if (!(await run(program, ["-m", ...tool], { folder, quiet: true }))) return false
  }
  return true
}

/**
 * Says what is not run, which only the Python that there must be fails for, and only in CI.
 *
 * @param {Pair} pair
 * @returns {Count}
 */
function leaveOut({ python, django }) {
  console.log(`Python ${python}, Django ${django}: left out, for there is none here`)
  return { passed: 0, failed: python === ALWAYS && process.env.CI === "true" ? 1 : 0 }
}

/**
 * @param {Pair} pair
 * @param {Python} python
 * @param {readonly string[]} args Pytest's.
 * @returns {Promise<Count>}
 */
async function runPair(pair, python, args) {
  const startedAt = Date.now()
  const program = await prepare(pair, python)
  if (!program) return leaveOut(pair)
  const report = join(home, "pytest.xml")
  rmSync(report, { force: true })
  const options = ["-m", "pytest", "--quiet", `--junitxml=${report}`, ...args]
  const good = await run(program, options, { folder, quiet: true })
  const { passed, failed } = existsSync(report) ? count(report) : { passed: 0, failed: 0 }
  // pytest fails, without any test that does, when there is none or when it cannot begin.
  const result = { passed, failed: good ? failed : Math.max(1, failed) }
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  const counts = `${passed} passed, ${result.failed} failed`
  console.log(`Python ${python.version}, Django ${pair.django}: ${counts} (${seconds} s)`)
  return result
}

/** @param {string} report In JUnit's form. @returns {Count} */
function count(report) {
  const [suite = ""] = readFileSync(report, "utf8").match(/<testsuite .*?>/s) ?? []
  const of = (/** @type {string} */ name) =>
    Number(suite.match(new RegExp(` ${name}="(\\d+)"`))?.[1] ?? 0)
  const failed = of("failures") + of("errors")
  return { passed: of("tests") - failed - of("skipped"), failed }
}

/**
 * Makes a pair's virtual environment, or takes the one that is there.
 *
 * @param {Pair} pair
 * @param {Python} python
 * @returns {Promise<string | undefined>} Its Python; nothing when it can't be made.
 */
async function prepare({ python: minor, django, whole = false }, python) {
  return makeVenv(join(home, `${minor}-${django}`), {
    python,
    packages: ["--editable", `${folder}[${whole ? "test,lint" : "test"}]`, `Django==${django}.*`],
    inputs: readFileSync(join(folder, "pyproject.toml"), "utf8"),
  })
}
