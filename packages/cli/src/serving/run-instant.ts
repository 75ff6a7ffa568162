import {
  createInstant,
  type Demo,
  type Instant,
  installDemo,
  removePeople,
  type Secrets,
} from "@instant-ws/server"
import { type Logger, pino } from "pino"
import type { Home } from "../home/home.js"
import { removeServerFile, writeServerFile } from "../home/server-file.js"
import { closeServers } from "./close-servers.js"
import { httpServer } from "./http-server.js"
import { engineElsewhere, instantOptions } from "./instant-options.js"
import { listen } from "./listen.js"
import { stopSignal } from "./stop-signal.js"

/** What is served with. */
export interface RunOptions {
  readonly secrets: Secrets
  /** Whether the file of the settings was named on the command line, where other commands don't see it. */
  readonly isNamed: boolean
}

/** How long requests may take once the server is told to stop, in milliseconds. */
const PATIENCE = 3_000

/** Serves the installation of a home until SIGINT or SIGTERM. */
export async function runInstant(home: Home, { secrets, isNamed }: RunOptions): Promise<void> {
  const { settings } = home
  const log = pino({ level: settings.text("logLevel") ?? "warn" }, pino.destination(2))
  const instant = await createInstant({ ...instantOptions(home, secrets), log })
  try {
    await serveInstant({ instant, home, log }, isNamed ? settings.file : undefined)
  } finally {
    await instant.close()
  }
}

interface Parts {
  readonly instant: Instant
  readonly home: Home
  readonly log: Logger
}

async function serveInstant({ instant, home, log }: Parts, config?: string): Promise<void> {
  const { settings } = home
  const demo = settings.yesOrNo("demo") ? await installDemo(instant, { log }) : undefined
  // Whom a start before left behind, everybody could sign in as.
  if (demo === undefined) await removePeople(instant)
  const server = httpServer((demo ?? instant).fetch)
  instant.attach(server)
  const url = await listen(server, {
    port: settings.number("port") ?? 8000,
    address: settings.text("address") ?? "127.0.0.1",
  })
  const site = settings.text("site") ?? "Site"
  await writeServerFile(home, { url, site, engine: engineElsewhere(home)?.url, config })
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
