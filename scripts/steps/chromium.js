import { accessSync, constants, existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { run } from "./run.js"

const names = ["chromium", "chromium-browser", "google-chrome"]

/**
 * Finds the Chromium that the browser tests drive: `CHROMIUM_BIN`, or one on the PATH. Where there
 * is none, Debian's package is installed if this is Debian's root.
 *
 * @returns {Promise<string | undefined>} Its path.
 */
export async function findChromium() {
  const found = process.env.CHROMIUM_BIN ?? onPath()
  if (found || !existsSync("/etc/debian_version") || process.getuid?.() !== 0) return found
  console.log("No Chromium: apt-get install chromium")
  const options = { quiet: true, env: { DEBIAN_FRONTEND: "noninteractive" } }
  // Another apt-get may hold the lock: wait, 300 seconds at most.
  const apt = ["-y", "-q", "-o", "DPkg::Lock::Timeout=300"]
  await run("apt-get", [...apt, "update"], options)
  await run("apt-get", [...apt, "install", "--no-install-recommends", "chromium"], options)
  return onPath()
}

/** @returns {string | undefined} */
function onPath() {
  const folders = (process.env.PATH ?? "").split(delimiter)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram)
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
