import { statSync } from "node:fs"
import { join } from "node:path"
import { runNpm } from "./npm.js"
import { root } from "./root.js"

/**
 * Installs what a folder's lock file asks for, when `node_modules` is absent or older than it.
 *
 * @param {string} folder From the project's root; "." is the project itself.
 * @returns {Promise<boolean>} Whether everything is there.
 */
export function install(folder = ".") {
  const place = join(root, folder)
  // npm writes this file last, so an install that broke off counts as none.
  const installed = changedAt(join(place, "node_modules/.package-lock.json"))
  if (installed >= changedAt(join(place, "package-lock.json"))) return Promise.resolve(true)
  console.log(`Installing what ${join(folder, "package-lock.json")} asks for: npm ci`)
  return runNpm(["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], {
    folder: place,
  })
}

/** @param {string} path @returns {number} In ms since the epoch; 0 when it isn't there. */
const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
