import { spawnSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"

/**
 * A Python that can make virtual environments.
 *
 * @typedef {object} Python
 * @property {string} program
 * @property {string} version With its patch, as "3.11.7".
 */

const isWindows = process.platform === "win32"

/**
 * Finds a Python of a minor version: on the PATH, as `python3` or `python` there, or among pyenv's.
 *
 * @param {string} minor "3.11", say.
 * @returns {Python | undefined}
 */
export function findPython(minor) {
  const onPath = isWindows ? ["python"] : [`python${minor}`, "python3"]
  for (const program of [...onPath, ...ofPyenv(minor)]) {
    const version = versionOf(program)
    if (version?.startsWith(`${minor}.`)) return { program, version }
  }
  return undefined
}

/** @param {string} program @returns {string | undefined} Nothing when it is no such Python. */
function versionOf(program) {
  const script = "import ensurepip, platform, venv; print(platform.python_version())"
  const { status, stdout } = spawnSync(program, ["-c", script], { encoding: "utf8" })
  return status === 0 ? stdout.trim() : undefined
}

/** @param {string} minor @returns {string[]} */
function ofPyenv(minor) {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), ".pyenv"), "versions")
  try {
    return readdirSync(versions)
      .filter((name) => name.startsWith(`${minor}.`))
      .map((name) => join(versions, name, isWindows ? "python.exe" : "bin/python"))
  } catch {
    return []
  }
}
