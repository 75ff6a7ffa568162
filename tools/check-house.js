import { fileURLToPath } from "node:url"
import { findForbiddenImports } from "./arrows.js"
import { findBrokenHouseRules } from "./house-rules.js"
import { readReference } from "./reference.js"

// node tools/check-house.js: prints each broken rule of the house, and ends with 1 if there is one.
const root = fileURLToPath(new URL("../", import.meta.url))

const violations = [
  ...(await findForbiddenImports(root)),
  ...findBrokenHouseRules(root),
  ...(await readReference(root)).violations,
]
for (const { rule, file, detail } of violations) console.error(`${file}: ${rule}: ${detail}`)
process.exitCode = violations.length === 0 ? 0 : 1
