import { mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { checkDjango } from "./django.js"
import { root } from "./root.js"
import { runNode } from "./run.js"

/**
 * Something that is checked, besides the tests.
 *
 * @typedef {object} Check
 * @property {string} name
 * @property {() => Promise<boolean>} run Prints what is wrong, and tells whether nothing is.
 */

/** @type {readonly Check[]} */
const checks = [
  { name: "style", run: checkStyle },
  { name: "types", run: () => runNode("node_modules/typescript/bin/tsc", ["-b"]) },
  { name: "house", run: () => runNode("tools/check-house.js") },
  { name: "packages", run: () => runNode("tools/check-packages.js") },
  { name: "sizes", run: () => runNode("tools/check-sizes.js") },
  { name: "planted violations", run: () => runNode("tools/self-test.js") },
  { name: "style and types of Python", run: checkDjango },
]

/**
 * Runs every check, also after one that failed, and prints a line for each.
 *
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks() {
  let passed = 0
  for (const { name, run } of checks) {
    const startedAt = Date.now()
    const good = await run()
    if (good) passed += 1
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
    console.log(`${good ? "✓" : "✗"} ${name} (${seconds} s)`)
  }
  return { passed, failed: checks.length - passed }
}

/** Biome ends well when all that it found is of the severity "information"; here that fails too. */
async function checkStyle() {
  const report = join(root, ".cache/biome.json")
  mkdirSync(join(root, ".cache"), { recursive: true })
  const reporters = ["--reporter=default", "--reporter=json", `--reporter-file=${report}`]
  const args = ["check", "--error-on-warnings", ...reporters]
  if (!(await runNode("node_modules/@biomejs/biome/bin/biome", args))) return false
  return JSON.parse(readFileSync(report, "utf8")).summary.infos === 0
}
