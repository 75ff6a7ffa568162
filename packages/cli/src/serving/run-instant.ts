import {
  createInstant,
  type Demo,
  type EmbeddedInstant,
  installDemo,
  removePeople,
  type Secrets,
} from "@instant-ws/server"
import { type Logger, pino } from "pino"
import type { Home } from "../home/home.js"
import { removeServerFile, writeServerFile } from "../home/server-file.js"
import { closeServers } from "./close-servers.js"
import { httpServer } from "./http-server.js"
import { listen, type Place } from "./listen.js"
import { stopSignal } from "./stop-signal.js"

/** What is served, and where. */
export interface RunOptions extends Place {
  readonly demo: boolean
  readonly site: string
  readonly allowedOrigin: readonly string[]
}

/** How long requests may take once the server is told to stop, in milliseconds. */
const PATIENCE = 3_000

/** Serves the installation of a home until SIGINT or SIGTERM. */
export async function runInstant(home: Home, secrets: Secrets, options: RunOptions): Promise<void> {
  const log = pino({ level: process.env.INSTANT_LOG_LEVEL ?? "warn" }, pino.destination(2))
  const instant = await createInstant({
    database: home.database,
    secrets,
    site: options.site,
    allowedOrigins: options.allowedOrigin,
    // What was published outlives this process, however it ends.
    engineConfig: { broker: { enabled: true, type: "disk", disk: { path: home.history } } },
    log,
  })
  try {
    await serveInstant({ instant, home, log }, options)
  } finally {
    await instant.close()
  }
}

interface Parts {
  readonly instant: EmbeddedInstant
  readonly home: Home
  readonly log: Logger
}

async function serveInstant({ instant, home, log }: Parts, options: RunOptions): Promise<void> {
  const demo = options.demo ? await installDemo(instant, { log }) : undefined
  // Whom a start before left behind, everybody could sign in as.
  if (demo === undefined) await removePeople(instant)
  const server = httpServer((demo ?? instant).fetch)
  instant.attach(server)
  const url = await listen(server, options)
  await writeServerFile(home, { url, site: options.site })
  const stopped = stopSignal()
  announce(url, demo)
  await stopped
  demo?.close()
  await removeServerFile(home)
  await closeServers([server], { goodbye: () => instant.close(), patience: PATIENCE })
}

function announce(url: string, demo: Demo | undefined): void {
  const lines = [`Instant is at ${url}`]
  const [first] = demo?.people ?? []
  if (demo !== undefined && first !== undefined) {
    const names = demo.people.map(({ name }) => name).join(", ")
    lines.push(
      "",
      `  Sign in as   ${names} (password: ${first.password})`,
      `  Admin        ${url}/instant/admin/ (as superuser)`,
      '  Publish      npx instant publish lobby "Hello"',
      "  Stop         Ctrl+C",
    )
  }
  console.log(lines.join("\n"))
}
