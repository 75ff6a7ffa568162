import { cpSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { findForbiddenImports } from "./arrows.js"
import { findBrokenHouseRules } from "./house-rules.js"
import { findLint } from "./lint.js"
import { findPackagingFaults } from "./packaging.js"
import { plant } from "./plant.js"
import {
  plantedBudgets,
  plantedDocumentation,
  plantedHouseRules,
  plantedImports,
  plantedLint,
  plantedPackaging,
  plantedSizes,
} from "./planted.js"
import { readReference } from "./reference.js"
import { findOverweight, measureSizes } from "./sizes.js"

/** @import { Violation } from "./arrows.js" */
/** @import { Planted } from "./planted.js" */
/** @typedef {(root: string) => Promise<readonly Violation[]> | readonly Violation[]} Check */

const project = fileURLToPath(new URL("../", import.meta.url))

/** What the checks read of the project. */
const configuration = ["biome.json", "tsconfig.base.json", "tools/tsconfig.reference.json"]

/**
 * Plants violations in a house, and finds those that a check doesn't catch and the good files
 * that it blames.
 *
 * @param {readonly Planted[]} planted
 * @param {Check} check
 * @returns {Promise<readonly string[]>} One sentence for each.
 */
async function findMistakes(planted, check) {
  const root = plant(planted)
  try {
    for (const file of configuration) cpSync(join(project, file), join(root, file))
    const violations = await check(root)
    return planted.flatMap(({ file, rule }) => {
      const blamed = violations.filter((one) => one.file.split(":", 1)[0] === file)
      if (!rule) return blamed.map((one) => `${file} is good, and is blamed for "${one.rule}"`)
      // A cycle is told once, with all its files.
      const caught = violations.some(
        (one) => one.rule === rule && (one.file.startsWith(file) || one.detail.includes(file)),
      )
      return caught ? [] : [`${file} isn't caught by "${rule}"`]
    })
  } finally {
    rmSync(root, { recursive: true })
  }
}

/** @type {Check} */
const findUndocumented = async (root) => (await readReference(root)).violations
/** @type {Check} */
const findFat = async (root) => findOverweight(await measureSizes(root, plantedBudgets))

const mistakes = [
  ...(await findMistakes(plantedImports, findForbiddenImports)),
  ...(await findMistakes(plantedLint, findLint)),
  ...(await findMistakes(plantedHouseRules, findBrokenHouseRules)),
  ...(await findMistakes(plantedDocumentation, findUndocumented)),
  ...(await findMistakes(plantedPackaging, findPackagingFaults)),
  ...(await findMistakes(plantedSizes, findFat)),
]
for (const mistake of mistakes) console.error(mistake)
process.exitCode = mistakes.length === 0 ? 0 : 1
