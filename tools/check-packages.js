import { fileURLToPath } from "node:url"
import { findPackagingFaults } from "./packaging.js"

// node tools/check-packages.js: prints what is wrong with what `npm pack` makes of the published
// packages, and ends with 1 if there is anything.
const faults = await findPackagingFaults(fileURLToPath(new URL("../", import.meta.url)))
for (const { rule, file, detail } of faults) console.error(`${file}: ${rule}: ${detail}`)
process.exitCode = faults.length === 0 ? 0 : 1
