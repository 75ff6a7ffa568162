import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { createServer } from "node:net"
import { delimiter, dirname, join } from "node:path"
import { findPython } from "./pythons.js"
import { root } from "./root.js"
import { run } from "./run.js"
import { makeVenv } from "./venv.js"

/** Newest first: those that the Django of the example knows. */
const minors = ["3.13", "3.12", "3.11", "3.10"]
const app = join(root, "django")

/** The folder of the example site. */
export const exampleFolder = join(root, "examples/django")

/**
 * A place for the example to run, and how its commands are started.
 *
 * @typedef {object} Example
 * @property {string} python
 * @property {NodeJS.ProcessEnv} env
 * @property {string} engineHome The folder of the engine's configuration and history.
 */

/**
 * Makes the example's virtual environment, or takes the one that is there.
 *
 * @returns {Promise<string | undefined>} Its Python; nothing when it can't be made, and why is said.
 */
export async function exampleVenv() {
  const python = minors.map(findPython).find((found) => found !== undefined)
  if (!python) {
    console.error("There is no Python from 3.10 to 3.13 with venv: install one for the example.")
    return undefined
  }
  return makeVenv(join(root, ".cache/django/example"), {
    python,
    packages: ["--editable", app, "Django>=5.2"],
    inputs: readFileSync(join(app, "pyproject.toml"), "utf8"),
  })
}

/**
 * Makes what the example needs: a virtual environment, and a database in a folder.
 *
 * @param {string} data The folder of its database.
 * @param {number} enginePort
 * @returns {Promise<Example | undefined>} Nothing when it can't be made, and why is said.
 */
export async function prepareExample(data, enginePort) {
  const program = await exampleVenv()
  if (!program) return undefined
  const env = {
    SHOP_DATA: data,
    SHOP_ENGINE_PORT: String(enginePort),
    PYTHONUNBUFFERED: "1",
    // The engine runs with this Node.
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
  }
  const options = { folder: exampleFolder, quiet: true, env }
  if (!(await run(program, ["manage.py", "migrate"], options))) return undefined
  return { python: program, env, engineHome: join(data, ".instant") }
}

/**
 * Starts a command of the example.
 *
 * @param {Example} example
 * @param {readonly string[]} args Of `manage.py`.
 * @param {"inherit" | "pipe" | "ignore"} output Where what it prints goes.
 */
export function startCommand({ python, env }, args, output) {
  return spawn(python, ["manage.py", ...args], {
    cwd: exampleFolder,
    env: { ...process.env, ...env },
    stdio: ["ignore", output, output],
  })
}

/** @returns {Promise<number>} A port that nobody listens at. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port")
  return address.port
}
