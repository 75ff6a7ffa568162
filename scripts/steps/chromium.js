import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"
import { installDebian } from "./debian.js"

const names = ["chromium", "chromium-browser", "google-chrome"]

/**
 * Finds the Chromium that the browser tests drive: `CHROMIUM_BIN`, or one on the PATH. Where there
 * is none, Debian's package is installed if this is Debian's root.
 *
 * @returns {Promise<string | undefined>} Its path.
 */
export async function findChromium() {
  const found = process.env.CHROMIUM_BIN ?? onPath()
  if (found) return found
  await installDebian("Chromium", "chromium")
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
