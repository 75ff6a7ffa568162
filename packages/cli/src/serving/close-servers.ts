import type { Server } from "node:http"
import { setTimeout } from "node:timers/promises"

/** What is left to do when servers close. */
export interface Farewell {
  /** Tells clients to go, and resolves when they are gone. */
  readonly goodbye: () => Promise<void>
  /** How long requests may take from now on, in milliseconds. */
  readonly patience: number
}

/** How often connections are closed that have nothing more to do, in milliseconds. */
const SWEEP = 50

/** Takes no more connections, lets clients hear a goodbye and requests finish, and cuts the rest. */
export async function closeServers(
  servers: readonly Server[],
  { goodbye, patience }: Farewell,
): Promise<void> {
  const closed = Promise.all(servers.map(closedOf))
  const patienceIsOver = setTimeout(patience, undefined, { ref: false })
  // A connection that is kept alive would else hold its server for seconds after its last request.
  const sweep = setInterval(() => {
    for (const server of servers) server.closeIdleConnections()
  }, SWEEP)
  await goodbye()
  await Promise.race([closed, patienceIsOver])
  clearInterval(sweep)
  for (const server of servers) server.closeAllConnections()
}

function closedOf(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
