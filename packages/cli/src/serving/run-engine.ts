import { createEngine, type EngineConfig, type EngineConfigInput } from "@instant-ws/engine"
import type { Logger } from "pino"
import { closeServers } from "./close-servers.js"
import { entrances } from "./entrances.js"
import { httpServer } from "./http-server.js"
import { listen, type Place } from "./listen.js"
import { withPidFile } from "./pid-file.js"
import { stopSignal } from "./stop-signal.js"

/** An engine that is to run. */
export interface EngineSetup {
  readonly input: EngineConfigInput
  /** The same, checked and with the defaults. */
  readonly config: EngineConfig
  readonly log: Logger
  /** Where clients find it. */
  readonly place: Place
}

const INTERNAL_SETTINGS = {
  port: "http_server.internal_port",
  address: "http_server.internal_address",
}

/**
 * Runs an engine until SIGINT or SIGTERM.
 * @throws CliError when a place to listen, or the file for the process's id, can't be had; DiskError when
 * the history can't.
 */
export async function runEngine(setup: EngineSetup): Promise<void> {
  await withPidFile(setup.config.pid_file, () => serveEngine(setup))
}

async function serveEngine({ input, config, log, place }: EngineSetup): Promise<void> {
  const stopped = stopSignal()
  const engine = createEngine(input, { log })
  const { main, internal } = entrances(engine, config, place)
  const server = httpServer(main.fetch)
  const internalServer = internal && httpServer(internal.fetch)
  engine.attach(server)
  try {
    await engine.ready
    const url = await listen(server, main.place)
    const internalUrl =
      internalServer && (await listen(internalServer, internal.place, INTERNAL_SETTINGS))
    log.info({ url, internalUrl }, "serving")
    log.info({ signal: await stopped }, "stopping")
  } catch (error) {
    // What never served has no end to tell of; the error says it all.
    log.level = "silent"
    throw error
  } finally {
    await closeServers(internalServer ? [server, internalServer] : [server], {
      goodbye: () => engine.close(),
      patience: config.shutdown.timeout,
    })
  }
}
