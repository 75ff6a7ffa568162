import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { root } from "./root.js"

/** @import { Target } from "./targets.js" */

/** @param {string} name */
const stampOf = (name) => join(root, ".cache/built", name)

/**
 * Whether a target must be built: an output is missing, or a source changed after the build that
 * the stamp tells of.
 *
 * @param {Target} target
 */
export function isStale({ name, sources, outputs }) {
  const stamp = statSync(stampOf(name), { throwIfNoEntry: false })
  if (!stamp || !outputs.every((path) => existsSync(join(root, path)))) return true
  return sources.some((path) => newestChange(join(root, path)) > stamp.mtimeMs)
}

/**
 * Remembers that a target was built.
 *
 * @param {string} name
 * @param {number} startedAt When the build began, in ms since the epoch: what changed during it
 *   is stale.
 */
export function stampBuilt(name, startedAt) {
  const path = stampOf(name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, "")
  utimesSync(path, startedAt / 1000, startedAt / 1000)
}

/**
 * The newest change in a file or folder, in ms since the epoch. Folders count themselves, so that
 * a file that was deleted or renamed does too.
 *
 * @param {string} path
 * @returns {number}
 */
function newestChange(path) {
  const entry = statSync(path, { throwIfNoEntry: false })
  if (!entry) return 0
  if (!entry.isDirectory()) return entry.mtimeMs
  return Math.max(entry.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))))
}
