import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { usageOf } from "../process/process-usage.js"
import { batchPublisher } from "../server/batch-publisher.js"
import { hostPeer } from "../server/host-peer.js"
import { freePort } from "../server/listen.js"
import { Program, programName } from "../server/program.js"

// A server that is a program of its own: this process starts it, and publishes to it over its HTTP API.
// The arguments are which program, and the core that it is tied to.
const [name, core] = process.argv.slice(2)

hostPeer(async (config) => {
  const folder = await mkdtemp(join(tmpdir(), "bench-"))
  const file = join(folder, "config.json")
  await writeFile(file, JSON.stringify(config))
  const port = await freePort()
  const program = new Program({ name: programName.parse(name), file, port, core })
  await program.start()
  return {
    port,
    usage: {
      cpuMicros: () => usageOf(program.pid).cpuMicros(),
      memory: () => usageOf(program.pid).memory(),
    },
    publish: batchPublisher(port),
    async crash() {
      await program.kill()
      await program.start()
    },
    async close() {
      await program.kill()
      await rm(folder, { recursive: true })
    },
  }
})
