import "./steps/require-node.js"
import { runChecks } from "./steps/checks.js"
import { install } from "./steps/install.js"
import { build } from "./steps/targets.js"

// npm run check: style, types, arrows between the packages, and that the checks themselves bite.
if (!((await install()) && (await install("tools")) && (await build()))) process.exit(1)

const { failed } = await runChecks()
process.exitCode = failed === 0 ? 0 : 1
