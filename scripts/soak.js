import "./steps/require-node.js"
import { install } from "./steps/install.js"
import { build } from "./steps/targets.js"

// npm run soak [-- OPTIONS]: bench/README.md tells what comes and goes, and what must not grow.
if (!((await install()) && (await build({ only: ["packages", "command", "bench"] }))))
  process.exit(1)

await import("../bench/dist/soak/main.js")
