import { spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:net"

/**
 * A Django site in a place of its own, and what its commands are run with.
 *
 * @typedef {object} DjangoSite
 * @property {string} folder Of its `manage.py`.
 * @property {string} python
 * @property {NodeJS.ProcessEnv} env Beside that of this process.
 * @property {string} engineHome The folder of the engine's configuration and history.
 */

/**
 * Starts a command of a site.
 *
 * @param {DjangoSite} site
 * @param {readonly string[]} args Of `manage.py`.
 * @param {"inherit" | "pipe" | "ignore"} output Where what it prints goes.
 */
export function startCommand({ folder, python, env }, args, output) {
  return spawn(python, ["manage.py", ...args], {
    cwd: folder,
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
