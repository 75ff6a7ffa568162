import "./steps/require-node.js"
import { startDjango } from "./start-django.js"
import { endWithNpm } from "./steps/end-with-npm.js"
import { install } from "./steps/install.js"
import { build } from "./steps/targets.js"

// npm start [-- --port N --address A]: installs and builds what is missing, then starts the demo
// in this process. `npm start -- django` starts the site of examples/django instead.
const django = process.argv[2] === "django"
const parts = django ? ["script tag", "parts of django-instant"] : ["pages"]
if (!((await install()) && (await build({ only: ["packages", "command", ...parts] }))))
  process.exit(1)

endWithNpm()
if (django) {
  process.exitCode = await startDjango(process.argv.slice(3))
} else {
  process.argv.splice(2, 0, "start", "--demo")
  await import("../packages/cli/bin/instant.js")
}
