import * as nodeModule from "node:module"
import { CliError } from "./cli-error.js"
import { program } from "./program.js"

/** Errors that are told in their own words; any other is a fault of ours, and is shown with its stack. */
const expected: ReadonlySet<string> = new Set([
  CliError.name,
  "BackupError",
  "ConfigError",
  "DatabaseError",
  "DemoError",
  "DiskError",
  "OptionsError",
  "StoreError",
])

/**
 * Runs the command line `instant …`. What can't be done is told in one sentence on the standard error,
 * with exit code 1; `doctor` has one for each link.
 * @param argv as in `process.argv`
 */
export async function main(argv: readonly string[]): Promise<void> {
  keepCompiledCode()
  try {
    await program().parseAsync(argv)
  } catch (error) {
    process.stderr.write(`${wordsFor(error)}\n`)
    process.exitCode = error instanceof CliError ? error.exitCode : 1
  }
}

/** Node 22.8 and newer start faster from code that was compiled before. */
function keepCompiledCode(): void {
  if ("enableCompileCache" in nodeModule && typeof nodeModule.enableCompileCache === "function") {
    nodeModule.enableCompileCache()
  }
}

function wordsFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return expected.has(error.name) ? error.message : (error.stack ?? error.message)
}
