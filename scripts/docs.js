import "./steps/require-node.js"
import { install } from "./steps/install.js"
import { runNode } from "./steps/run.js"
import { build } from "./steps/targets.js"

// npm run docs: the reference of the public packages, into docs/reference/.
const ready = (await install()) && (await install("tools")) && (await build({ only: ["packages"] }))
process.exitCode = ready && (await runNode("tools/write-reference.js")) ? 0 : 1
