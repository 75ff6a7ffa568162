import { existsSync } from "node:fs"
import { run } from "./run.js"

/**
 * Installs packages if this is Debian's root, and says what for; does nothing elsewhere.
 *
 * @param {string} missing What there isn't.
 * @param {string[]} packages
 */
export async function installDebian(missing, ...packages) {
  if (!existsSync("/etc/debian_version") || process.getuid?.() !== 0) return
  console.log(`No ${missing}: apt-get install ${packages.join(" ")}`)
  const options = { quiet: true, env: { DEBIAN_FRONTEND: "noninteractive" } }
  // Another apt-get may hold the lock: wait, 300 seconds at most.
  const apt = ["-y", "-q", "-o", "DPkg::Lock::Timeout=300"]
  await run("apt-get", [...apt, "update"], options)
  await run("apt-get", [...apt, "install", "--no-install-recommends", ...packages], options)
}
