import { openSync } from "node:fs"
import { type Logger, pino } from "pino"
import type { EngineConfig } from "./config/schema.js"

/**
 * Where an engine logs, as the configuration says: lines of JSON on the standard output, or behind what
 * a file has already.
 * @throws Error when the file can't be opened.
 */
export function createLog({ level, file }: EngineConfig["log"]): Logger {
  const options = { level: level === "none" ? "silent" : level }
  return file === "" ? pino(options) : pino(options, pino.destination({ dest: open(file) }))
}

function open(file: string): number {
  try {
    return openSync(file, "a")
  } catch (cause) {
    throw new Error(`the log file can't be opened: ${file}; name another one in log.file`, {
      cause,
    })
  }
}
