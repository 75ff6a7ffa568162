import { randomUUID } from "node:crypto"
import { readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"

/** What process ids mean something in: this machine since it was started, and this container on it. */
const here = [
  read(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()) || hostname(),
]
  .concat(read(() => readlinkSync("/proc/self/ns/pid").replace(/\D/g, "")))
  .map((part) => part.replaceAll(":", "").slice(0, 40))
  .join(":")

function read(action: () => string): string {
  try {
    return action()
  } catch {
    // Only Linux has it.
    return ""
  }
}

/** A name for a dispatcher of this process that nobody else has. */
export function dispatcherName(): string {
  return `${here}:${process.pid}:${randomUUID()}`
}

/** Whether a dispatcher is known to be gone: its process was here, and is no more. */
export function isGone(name: string): boolean {
  const [machine, container, pid] = name.split(":")
  if (`${machine}:${container}` !== here) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return Object(error).code === "ESRCH"
  }
}
