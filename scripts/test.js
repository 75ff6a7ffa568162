import "./steps/require-node.js"
import { runChecks } from "./steps/checks.js"
import { findChromium } from "./steps/chromium.js"
import { runDjangoTests } from "./steps/django.js"
import { exampleVenv } from "./steps/example.js"
import { install } from "./steps/install.js"
import { preparePython } from "./steps/python.js"
import { build } from "./steps/targets.js"
import { runTests } from "./steps/tests.js"

// npm test [-- VITEST OPTIONS]: installs and builds what is missing, checks, and runs every test.
// `npm test -- django [PYTEST OPTIONS]` runs those of the Django app alone, with those that take
// minutes. The last line tells how many checks and tests passed and failed.
const { passed, failed } = await test()
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

/** @returns {Promise<import("./steps/tests.js").Count>} */
async function test() {
  if (!((await install()) && (await install("tools")) && (await build()))) {
    return { passed: 0, failed: 1 }
  }
  await preparePython()
  // Before the tests, of which several want it at once.
  await exampleVenv()
  const checks = await runChecks()
  const args = process.argv.slice(2)
  if (args[0] === "django") {
    return add(checks, await runDjangoTests({ all: true, args: args.slice(1) }))
  }
  const browser = await findChromium()
  const tests = add(checks, await runTests({ browser, args }))
  // A part that was asked for is one of the others.
  const all = args.length === 0 ? add(tests, await runDjangoTests()) : tests
  if (browser) return all
  const cure = "install Chromium, or set CHROMIUM_BIN to one"
  console.log(`The tests in a browser were left out, for there is none: ${cure}.`)
  return add(all, { passed: 0, failed: process.env.CI === "true" ? 1 : 0 })
}

/** @param {import("./steps/tests.js").Count[]} counts */
function add(...counts) {
  const total = (/** @type {"passed" | "failed"} */ key) =>
    counts.reduce((sum, one) => sum + one[key], 0)
  return { passed: total("passed"), failed: total("failed") }
}
