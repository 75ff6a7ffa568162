import { fileURLToPath } from "node:url"
import { budgets, originals, pageBudgets } from "./budgets.js"
import { measurePages } from "./page-sizes.js"
import { sizeTable } from "./size-table.js"
import { findOverweight, measureSizes } from "./sizes.js"

// node tools/check-sizes.js [--json]: prints what the clients and the admin page weigh in a browser,
// beside those in whose place they come, and ends with 1 if one weighs more than its budget.
const root = fileURLToPath(new URL("../", import.meta.url))
const sizes = [...(await measureSizes(root, budgets)), ...measurePages(root, pageBudgets)]
const table = sizeTable([...sizes, ...originals])
console.log(process.argv.includes("--json") ? JSON.stringify({ sizes, originals, table }) : table)

const overweight = findOverweight(sizes)
for (const { rule, file, detail } of overweight) console.error(`${file}: ${rule}: ${detail}`)
process.exitCode = overweight.length === 0 ? 0 : 1
