import "./steps/require-node.js"
import { parseArgs } from "node:util"
import { install } from "./steps/install.js"
import { build } from "./steps/targets.js"
import { runTests } from "./steps/tests.js"

// npm run endurance [-- CAMPAIGN …] [--seed N]: runs the campaigns whole, all unless some are named,
// one after another: those of test/endurance, and `fuzz`. A seed that was printed runs that one again.
const { values, positionals } = parseArgs({
  options: { seed: { type: "string" } },
  allowPositionals: true,
})

process.env.ENDURANCE = "whole"
if (values.seed !== undefined) process.env.ENDURANCE_SEED = values.seed

process.exitCode = (await endure(positionals)) ? 0 : 1

/** @param {readonly string[]} campaigns */
async function endure(campaigns) {
  if (!((await install()) && (await build({ only: ["packages", "command"] })))) return false
  const folder = "test/endurance/"
  const fuzz = "packages/server/test/fuzz.test.ts"
  const files =
    campaigns.length === 0
      ? [folder, fuzz]
      : campaigns.map((name) => (name === "fuzz" ? fuzz : `${folder}${name}`))
  // Each campaign loads the whole machine.
  const args = ["--no-file-parallelism", ...files]
  const { passed, failed } = await runTests({ browser: undefined, args })
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 && passed > 0
}
