import "./steps/require-node.js"
import { install } from "./steps/install.js"
import { build } from "./steps/targets.js"

// npm run soak [-- OPTIONS]: bench/README.md tells what comes and goes, and what must not grow.
if (!((await install()) && (await build({ only: ["packages", "command", "bench"] }))))
  process.exit(1)

// As docs/serve.md advises for servers: glibc else keeps holes of what sockets were read into.
process.env.MALLOC_MMAP_THRESHOLD_ ??= "32768"
await import("../bench/dist/soak/main.js")
