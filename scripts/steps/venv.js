import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { run } from "./run.js"

/** @import { Python } from "./pythons.js" */

const isWindows = process.platform === "win32"

/**
 * Makes a virtual environment, or takes the one that is there.
 *
 * @param {string} place Its folder.
 * @param {{ python: Python, packages: readonly string[], inputs: string }} options `packages` are
 *   pip's arguments; `inputs` is what they are made of, and when it changes all is made anew.
 * @returns {Promise<string | undefined>} Its Python; nothing when it can't be made.
 */
export async function makeVenv(place, { python, packages, inputs }) {
  const program = join(place, isWindows ? "Scripts/python.exe" : "bin/python")
  const stamp = join(place, "installed.txt")
  const wanted = `${python.program} ${python.version} ${packages.join(" ")}\n${inputs}`
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return program
  console.log(`Preparing Python ${python.version} with ${packages.at(-1)} in ${place}`)
  rmSync(place, { recursive: true, force: true })
  mkdirSync(place, { recursive: true })
  const pip = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-compile"]
  const quiet = { quiet: true }
  const made =
    (await run(python.program, ["-m", "venv", place], quiet)) &&
    (await run(program, [...pip, ...packages], quiet))
  if (!made) return undefined
  writeFileSync(stamp, wanted)
  return program
}
