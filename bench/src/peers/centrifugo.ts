import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import type { Payload } from "../payload.js"
import { usageOf } from "../process/process-usage.js"
import { centrifugeConfig } from "../server/centrifuge-config.js"
import { hostPeer } from "../server/host-peer.js"
import { listen } from "../server/listen.js"
import { CHANNEL, type Peer } from "../server/peer.js"

// Centrifugo is a process of its own, and this one publishes to it over its HTTP API. The argument is
// the core that Centrifugo is tied to.
const core = process.argv[2]
const API_KEY = "bench"
const START_TRIES = 100
const MAX_BATCH = 1_000

hostPeer(async () => {
  const binary = process.env.CENTRIFUGO_BIN
  if (binary === undefined) throw new Error("CENTRIFUGO_BIN is not set")
  const folder = await mkdtemp(join(tmpdir(), "bench-centrifugo-"))
  const file = join(folder, "config.json")
  const extra = { http_api: { key: API_KEY }, health: { enabled: true }, log: { level: "error" } }
  await writeFile(file, JSON.stringify({ ...centrifugeConfig, ...extra }))
  const port = await freePort()
  const listenArgs = ["--http_server.address", "127.0.0.1", "--http_server.port", String(port)]
  const command = [binary, "--config", file, ...listenArgs]
  const [program = binary, ...args] =
    core === undefined ? command : ["taskset", "-c", core, ...command]
  const server = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"] })
  await once(server, "spawn")
  await untilHealthy(port)
  return {
    port,
    usage: usageOf(server.pid ?? 0),
    publish: publisherTo(port),
    async close() {
      const exited = once(server, "exit")
      // A polite end would take seconds, and processor time from whoever is measured next.
      if (server.kill("SIGKILL")) await exited
      await rm(folder, { recursive: true })
    },
  }
})

/** A port that is free now; Centrifugo cannot say which one it was given. */
async function freePort(): Promise<number> {
  const probe = createServer()
  const port = await listen(probe)
  probe.close()
  await once(probe, "close")
  return port
}

async function untilHealthy(port: number): Promise<void> {
  for (let tries = 0; tries < START_TRIES; tries++) {
    const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined)
    if (response?.ok) return
    await setTimeout(100)
  }
  throw new Error("Centrifugo did not become healthy within 10 seconds; see its messages above")
}

/**
 * One request at a time keeps the order; what is published meanwhile is the next one. So a slow answer
 * makes requests larger and not the publisher slower.
 */
function publisherTo(port: number): Peer["publish"] {
  const waiting: Payload[] = []
  let sending = false
  const send = async (): Promise<void> => {
    sending = true
    while (waiting.length > 0) await postBatch(port, waiting.splice(0, MAX_BATCH))
    sending = false
  }
  return (payloads) => {
    waiting.push(...payloads)
    if (!sending) void send()
  }
}

async function postBatch(port: number, payloads: readonly Payload[]): Promise<void> {
  const commands = payloads.map((data) => ({ publish: { channel: CHANNEL, data } }))
  const response = await fetch(`http://127.0.0.1:${port}/api/batch`, {
    method: "POST",
    headers: { "X-API-Key": API_KEY, "Content-Type": "application/json" },
    body: JSON.stringify({ commands }),
  })
  const answer = await response.text()
  if (!response.ok || answer.includes('"error"')) {
    throw new Error(`Centrifugo refused to publish: ${response.status} ${answer.slice(0, 200)}`)
  }
}
