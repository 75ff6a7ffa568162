import { execFileSync } from "node:child_process"
import { availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os"

/** What a figure depends on besides the code. */
export interface Machine {
  readonly processor: string
  readonly cores: number
  /** Bytes. */
  readonly memory: number
  readonly system: string
  readonly node: string
  /** The commit of the sources, with `+` when they have been changed since; "unknown" outside a clone. */
  readonly commit: string
  /** How many processes of others wanted to run in the last minute. */
  readonly loadBefore: number
}

/** This machine now. */
export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memory: totalmem(),
    system: `${type()} ${release()}`,
    node: process.version,
    commit: commit(),
    loadBefore: loadavg()[0] ?? 0,
  }
}

function commit(): string {
  try {
    const hash = git("rev-parse", "--short", "HEAD").trim()
    return git("status", "--porcelain") === "" ? hash : `${hash}+`
  } catch {
    return "unknown"
  }
}

function git(...args: readonly string[]): string {
  return execFileSync("git", args, {
    cwd: import.meta.dirname,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  })
}
