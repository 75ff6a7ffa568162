import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"

/** Where the processes of a run are tied to; undefined leaves it to the system. */
export interface Placement {
  /** The server's one core. */
  readonly server: number | undefined
  /** One for each load generator. */
  readonly load: readonly (number | undefined)[]
}

/** More generators than this only share the sockets more finely. */
const MAX_GENERATORS = 4

/** One core for the server and the others for load generators, one each, where that can be had. */
export function placeProcesses(): Placement {
  const [server, ...load] = usableCores()
  if (server === undefined || load.length === 0) return { server: undefined, load: [undefined] }
  return { server, load: load.slice(0, MAX_GENERATORS) }
}

function usableCores(): readonly number[] {
  if (process.platform !== "linux" || spawnSync("taskset", ["-V"]).status !== 0) return []
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync("/proc/self/status", "utf8"))
  return (list?.[1] ?? "").split(",").flatMap((range) => {
    const [from = Number.NaN, to = from] = range.split("-").map(Number)
    return Number.isNaN(from) ? [] : Array.from({ length: to - from + 1 }, (_, i) => from + i)
  })
}
