import "./steps/require-node.js"
import { install } from "./steps/install.js"
import { build } from "./steps/targets.js"

// npm run bench [-- OPTIONS]: bench/README.md tells of the options and of what is measured.
if (!((await install()) && (await build({ only: ["packages", "command", "bench"] }))))
  process.exit(1)

await import("../bench/dist/main.js")
