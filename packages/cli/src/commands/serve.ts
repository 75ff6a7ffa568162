import { createServer, type Server } from "node:http"
import { getRequestListener } from "@hono/node-server"
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
import { listen, type Place } from "./listen.js"

/** What is served, and where. */
export interface ServeOptions extends Place {
  readonly demo: boolean
  readonly site: string
  readonly allowedOrigin: readonly string[]
}

/** How long requests and goodbyes may take once the server is told to stop, in milliseconds. */
const PATIENCE = 3_000

/** Serves the installation of a home until SIGINT or SIGTERM. */
export async function serve(home: Home, secrets: Secrets, options: ServeOptions): Promise<void> {
  const log = pino({ level: process.env.INSTANT_LOG_LEVEL ?? "warn" }, pino.destination(2))
  const instant = await createInstant({
    database: home.database,
    secrets,
    site: options.site,
    allowedOrigins: options.allowedOrigin,
    log,
  })
  try {
    await serveInstant({ instant, home, log }, options)
  } finally {
    await instant.close()
  }
}

interface Parts {
  readonly instant: Instant
  readonly home: Home
  readonly log: Logger
}

async function serveInstant({ instant, home, log }: Parts, options: ServeOptions): Promise<void> {
  const demo = options.demo ? await installDemo(instant, { log }) : undefined
  // Whom a start before left behind, everybody could sign in as.
  if (demo === undefined) await removePeople(instant)
  const server = createServer(getRequestListener((demo ?? instant).fetch))
  instant.attach(server)
  const url = await listen(server, options)
  const file = { url, site: options.site }
  await writeServerFile(home, file)
  const stopped = stopSignal()
  announce(url, demo)
  await stopped
  demo?.close()
  await removeServerFile(home, file)
  await close(server, instant)
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve())
  })
}

function announce(url: string, demo: Demo | undefined): void {
  const lines = [`Instant is at ${url}`]
  const [first] = demo?.people ?? []
  if (demo !== undefined && first !== undefined) {
    const names = demo.people.map(({ name }) => name).join(", ")
    lines.push(
      "",
      `  Sign in as   ${names} (password: ${first.password})`,
      '  Publish      npx instant publish lobby "Hello"',
      "  Stop         Ctrl+C",
    )
  }
  console.log(lines.join("\n"))
}

/** Lets requests finish and clients hear a goodbye, as long as patience lasts. */
async function close(server: Server, instant: Instant): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  await instant.engine.close()
  const patience = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE).unref())
  await Promise.race([closed, patience])
  server.closeAllConnections()
}
