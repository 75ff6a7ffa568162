import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pass } from "node:timers/promises"
import { call } from "../http-exchange.js"
import { listen, portOf, stopListening } from "../listening.js"
import type { ServerKind, ServerUnderTest } from "./server-under-test.js"

/** How long Centrifugo may take to listen, in milliseconds. */
const START_DEADLINE = 20_000
const POLL_INTERVAL = 20

/** A real Centrifugo, a process for each configuration. */
export function centrifugoKind(program: string): ServerKind {
  return {
    name: "Centrifugo",
    isOurs: false,
    canPlay: () => true,
    start: (configText) => startCentrifugo(program, configText),
  }
}

async function startCentrifugo(program: string, configText: string): Promise<ServerUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), "conformance-"))
  const config = join(folder, "config.json")
  await writeFile(config, configText)
  const port = await freePort()
  const child = spawn(program, processArguments(config, port), { stdio: "ignore" })
  const url = `http://127.0.0.1:${port}`
  const dispose = async () => {
    await stop(child)
    await rm(folder, { recursive: true })
  }
  try {
    await listening(child, url)
  } catch (error) {
    await dispose()
    throw error
  }
  return {
    url,
    shutDown: () => {
      child.kill("SIGTERM")
    },
    [Symbol.asyncDispose]: dispose,
  }
}

function processArguments(config: string, port: number): readonly string[] {
  const address = ["--http_server.port", String(port), "--http_server.address", "127.0.0.1"]
  return ["--config", config, ...address, "--log.level", "error"]
}

async function listening(child: ChildProcess, url: string): Promise<void> {
  let failure: Error | undefined
  child.once("error", (error) => {
    failure = error
  })
  for (const end = Date.now() + START_DEADLINE; Date.now() < end; await pass(POLL_INTERVAL)) {
    if (failure !== undefined) throw failure
    if (child.exitCode !== null) throw new Error(`Centrifugo exited with ${child.exitCode}`)
    const isUp = await call(url, { method: "GET", path: "/connection/websocket" }).then(
      () => true,
      () => false,
    )
    if (isUp) return
  }
  throw new Error(`Centrifugo doesn't listen after ${START_DEADLINE} ms`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, "exit")
  child.kill("SIGKILL")
  await exited
}

/** A port that was free a moment ago: Centrifugo doesn't tell which one it took by itself. */
async function freePort(): Promise<number> {
  const server = createServer()
  await listen(server)
  const port = portOf(server)
  await stopListening(server)
  return port
}
