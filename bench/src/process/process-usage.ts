import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"

/** What a process has used. */
export interface ProcessUsage {
  /** User and system time of all its threads since it started, in microseconds. */
  cpuMicros(): number
  /** What it takes now. */
  memory(): Memory
}

/** Memory in bytes. */
export interface Memory {
  /** Resident. */
  readonly rss: number
  /** Of JavaScript's objects; known of this process only. */
  readonly heap?: number
}

/** This process; its garbage is collected before its memory is read, where Node runs with `--expose-gc`. */
export const ownUsage: ProcessUsage = {
  cpuMicros() {
    const { user, system } = process.cpuUsage()
    return user + system
  },
  memory() {
    globalThis.gc?.()
    const { rss, heapUsed } = process.memoryUsage()
    return { rss, heap: heapUsed }
  },
}

/** Another process, from `/proc` on Linux and from `ps` elsewhere. */
export function usageOf(pid: number): ProcessUsage {
  return process.platform === "linux" ? procUsage(pid) : psUsage(pid)
}

/** Linux counts in ticks of 10 ms, on every architecture that Node runs on. */
const TICK_MICROS = 10_000

function procUsage(pid: number): ProcessUsage {
  return {
    cpuMicros() {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
      // The name, in parentheses, may hold spaces; user and system time are the 14th and 15th field.
      const afterName = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
      return (Number(afterName[11]) + Number(afterName[12])) * TICK_MICROS
    },
    memory() {
      const status = readFileSync(`/proc/${pid}/status`, "utf8")
      return { rss: Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]) * 1024 }
    },
  }
}

function psUsage(pid: number): ProcessUsage {
  const ask = (field: string): string =>
    execFileSync("ps", ["-o", `${field}=`, "-p", String(pid)], { encoding: "utf8" }).trim()
  return {
    cpuMicros() {
      // [[days-]hours:]minutes:seconds
      const parts = ask("time").split(/[-:]/).map(Number).reverse()
      const [seconds = 0, minutes = 0, hours = 0, days = 0] = parts
      return (seconds + 60 * (minutes + 60 * (hours + 24 * days))) * 1_000_000
    },
    memory: () => ({ rss: Number(ask("rss")) * 1024 }),
  }
}
