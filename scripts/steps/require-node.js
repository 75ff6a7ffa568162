/**
 * Ends the process with one sentence when Node is too old. Every command imports it first, before
 * anything that an old Node couldn't run.
 */
const { node } = process.versions
const [major = 0, minor = 0] = node.split(".").map(Number)

if (major < 20 || (major === 20 && minor < 19)) {
  const text = `Instant needs Node 20.19 or newer, and this is ${node}`
  console.error(`${text}: install a newer one from https://nodejs.org and run the command again.`)
  process.exit(1)
}
