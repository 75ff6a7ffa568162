import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { mkdir, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

/** How long a command may take, in milliseconds; the longest is to install the packages. */
export const PATIENCE = 120_000

/** A Python that has some packages, or why there is none. */
export type VirtualEnvironment =
  | { readonly kind: "ready"; readonly python: string; readonly folder: string }
  | { readonly kind: "missing"; readonly reason: string }

const execute = promisify(execFile)
const home = fileURLToPath(new URL("../.cache/python", import.meta.url))
const system = process.platform === "win32" ? "python" : "python3"

/** Makes a virtual environment with what a file of requirements asks for, or takes the one that is there. */
export async function prepareVirtualEnvironment(requirements: string): Promise<VirtualEnvironment> {
  // By its requirements, so that it is made anew when they change.
  const key = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12)
  const folder = join(home, key)
  const python = pythonIn(folder)
  try {
    if (!existsSync(python)) await make(folder, requirements)
    return { kind: "ready", python, folder }
  } catch (error) {
    return { kind: "missing", reason: reasonOf(error) }
  }
}

/** Test files run at once: it is made aside, and whoever is first puts it in its place, whole. */
async function make(folder: string, requirements: string): Promise<void> {
  const making = `${folder}-${process.pid}`
  await mkdir(making, { recursive: true })
  const pip = ["-m", "pip", "--disable-pip-version-check", "install", "--no-compile"]
  await execute(system, ["-m", "venv", making], { timeout: PATIENCE })
  await execute(pythonIn(making), [...pip, "--requirement", requirements], { timeout: PATIENCE })
  try {
    await rename(making, folder)
  } catch (error) {
    if (!existsSync(pythonIn(folder))) throw error
    await rm(making, { recursive: true })
  }
}

function pythonIn(folder: string): string {
  return process.platform === "win32"
    ? join(folder, "Scripts", "python.exe")
    : join(folder, "bin", "python")
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ("code" in error && error.code === "ENOENT") return `there is no ${system} on this machine`
  return `their virtual environment can't be made: ${error.message.trim()}`
}
