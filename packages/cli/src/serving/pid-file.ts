import { rm, writeFile } from "node:fs/promises"
import { CliError } from "../cli-error.js"

/**
 * Does something while a file holds the id of this process.
 * @param path empty for no file
 * @throws CliError when the file can't be written.
 */
export async function withPidFile(path: string, run: () => Promise<void>): Promise<void> {
  if (path === "") return run()
  try {
    await writeFile(path, `${process.pid}\n`, { mode: 0o600 })
  } catch (cause) {
    throw new CliError(
      `Can't write ${path}: make its folder writable for this user, or name another in pid_file`,
      { cause },
    )
  }
  try {
    await run()
  } finally {
    await rm(path, { force: true })
  }
}
