import "./steps/require-node.js"
import { install } from "./steps/install.js"
import { build } from "./steps/targets.js"

// npm run build: every package, the pages and the bench.
process.exitCode = (await install()) && (await build({ all: true })) ? 0 : 1
