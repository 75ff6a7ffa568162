import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

/** How long a command may take, in milliseconds; the longest is to install the packages. */
export const PATIENCE = 120_000

/** A Python that has the packages of the tests, or why there is none. */
export type Python =
  | { readonly kind: "ready"; run(script: string, argument: string): Promise<string> }
  | { readonly kind: "missing"; readonly reason: string }

const execute = promisify(execFile)
const home = fileURLToPath(new URL("../../../../.cache/python", import.meta.url))
const [system, executable] =
  process.platform === "win32"
    ? ["python", join(home, "Scripts", "python.exe")]
    : ["python3", join(home, "bin", "python")]
const requirements = fileURLToPath(new URL("requirements.txt", import.meta.url))

/** Makes the virtual environment of the tests, or takes the one that is there. */
export async function preparePython(): Promise<Python> {
  const wanted = await readFile(requirements, "utf8")
  const stamp = join(home, "installed.txt")
  const isInstalled =
    existsSync(executable) && existsSync(stamp) && (await readFile(stamp, "utf8")) === wanted
  try {
    if (!isInstalled) {
      await install()
      await writeFile(stamp, wanted)
    }
    return { kind: "ready", run: runScript }
  } catch (error) {
    return { kind: "missing", reason: reasonOf(error) }
  }
}

async function install(): Promise<void> {
  await rm(home, { recursive: true, force: true })
  await mkdir(home, { recursive: true })
  const pip = ["-m", "pip", "--disable-pip-version-check", "install", "--no-compile"]
  await execute(system, ["-m", "venv", home], { timeout: PATIENCE })
  await execute(executable, [...pip, "--requirement", requirements], { timeout: PATIENCE })
}

/** Runs a script, and gives what it has printed. */
async function runScript(script: string, argument: string): Promise<string> {
  const options = ["-X", `pycache_prefix=${join(home, "pycache")}`]
  const { stdout } = await execute(executable, [...options, script, argument], {
    timeout: PATIENCE,
    env: { ...process.env, NO_PROXY: "127.0.0.1" },
  })
  return stdout
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ("code" in error && error.code === "ENOENT") return `there is no ${system} on this machine`
  return `their virtual environment can't be made: ${error.message.trim()}`
}
