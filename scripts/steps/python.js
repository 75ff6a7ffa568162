import { spawnSync } from "node:child_process"
import { installDebian } from "./debian.js"

/** Sees to it that there is a Python that can make the virtual environment of the tests, where it may. */
export async function preparePython() {
  if (process.platform === "win32") return
  const { status } = spawnSync("python3", ["-c", "import ensurepip, venv"], { stdio: "ignore" })
  if (status !== 0) await installDebian("Python with venv", "python3", "python3-venv")
}
