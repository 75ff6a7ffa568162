import "./steps/require-node.js"
import { endWithNpm } from "./steps/end-with-npm.js"
import { install } from "./steps/install.js"
import { build } from "./steps/targets.js"

// npm start [-- --port N --address A]: installs and builds what is missing, then starts the demo
// in this process.
if (!((await install()) && (await build({ only: ["packages", "command", "pages"] }))))
  process.exit(1)

endWithNpm()
process.argv.splice(2, 0, "start", "--demo")
await import("../packages/cli/bin/instant.js")
