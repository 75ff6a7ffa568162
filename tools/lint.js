import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"

/** @import { Violation } from "./arrows.js" */

const biome = fileURLToPath(new URL("../node_modules/@biomejs/biome/bin/biome", import.meta.url))

/**
 * Finds what Biome reports of a folder, whatever its severity.
 *
 * @param {string} root A folder with a biome.json; what git ignores counts too.
 * @returns {readonly Violation[]}
 * @throws Error when Biome doesn't run.
 */
export function findLint(root) {
  const args = [biome, "lint", "--vcs-enabled=false", "--reporter=json", "--max-diagnostics=none"]
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" })
  if (!stdout.startsWith("{")) throw new Error(`Biome didn't run in ${root}: ${stderr}`)
  /** @type {{ category: string, message: string, location: { path: string } }[]} */
  const diagnostics = JSON.parse(stdout).diagnostics
  return diagnostics.map(({ category, location, message }) => ({
    rule: category,
    file: location.path,
    detail: message,
  }))
}
