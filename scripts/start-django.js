import { once } from "node:events"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { freePort, startCommand } from "./steps/django-site.js"
import { prepareExample } from "./steps/example.js"
import { root } from "./steps/root.js"

/**
 * npm start -- django [--port N] [--engine-port N]: the site of examples/django with its engine,
 * until Ctrl-C. A port of 0 takes a free one.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>} The exit code.
 */
export async function startDjango(args) {
  const { port, enginePort } = await ports(args)
  const example = await prepareExample(join(root, ".cache/django/shop"), enginePort)
  if (!example) return 1
  const engine = ["runws", "--dir", example.engineHome, "--port", String(enginePort)]
  const site = ["runserver", "--noreload", "--skip-checks", `127.0.0.1:${port}`]
  const commands = [engine, site].map((command) => startCommand(example, command, "inherit"))
  let asked = false
  const end = () => {
    asked = true
    for (const command of commands) command.kill("SIGTERM")
  }
  // Ctrl-C reaches all of them by itself; whoever ends this process alone ends them too.
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, end)
  }
  console.log(`\nThe shop is at http://127.0.0.1:${port}/ – Ctrl-C ends it.\n`)
  const ends = commands.map((command) => once(command, "close"))
  await Promise.race(ends)
  const wasAsked = asked
  end()
  await Promise.all(ends)
  return wasAsked ? 0 : 1
}

/** @param {readonly string[]} args */
async function ports(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "8000" },
      "engine-port": { type: "string", default: "8427" },
    },
  })
  return {
    port: Number(values.port) || (await freePort()),
    enginePort: Number(values["engine-port"]) || (await freePort()),
  }
}
