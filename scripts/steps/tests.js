import { existsSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { root } from "./root.js"
import { runNode } from "./run.js"

/**
 * How many tests ended how.
 *
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed
 */

/**
 * Runs the tests with vitest.
 *
 * @param {{ browser: string | undefined, args: readonly string[] }} options `browser` is a
 *   Chromium, and without one what needs it isn't run; `args` are vitest's own.
 * @returns {Promise<Count>}
 */
export async function runTests({ browser, args }) {
  const report = join(root, ".cache/vitest.json")
  rmSync(report, { force: true })
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`]
  const projects = browser ? [] : ["--project=!browser"]
  const good = await runNode(
    "node_modules/vitest/vitest.mjs",
    ["run", ...reporters, ...projects, ...args],
    { env: browser ? { CHROMIUM_BIN: browser } : {} },
  )
  const { passed, failed } = existsSync(report) ? count(report) : { passed: 0, failed: 0 }
  // An error outside of any test fails the run, but no test.
  return { passed, failed: good ? failed : Math.max(1, failed) }
}

/** @param {string} report @returns {Count} */
function count(report) {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, "utf8"))
  const brokenFiles = testResults.filter(isBroken).length
  return { passed: numPassedTests, failed: numFailedTests + brokenFiles }
}

/**
 * Whether a test file failed though none of its tests did: it could not be loaded, or a hook of it
 * failed.
 *
 * @param {{ status: string, assertionResults: readonly { status: string }[] }} file
 */
const isBroken = ({ status, assertionResults }) =>
  status === "failed" && assertionResults.every((test) => test.status !== "failed")
