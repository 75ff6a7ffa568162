import { disconnects, errors } from "@instant-ws/protocol"
import { EngineError } from "../engine/engine-error.js"
import type { EngineLink } from "../engine/engine-link.js"
import type { Site } from "../http/endpoint.js"
import { type Refusal, refusals } from "../http/refusals.js"
import type { ErrorKind } from "../operation/recent-errors.js"
import { resource } from "./resource.js"

/** `stats`: how the server does, and how it did in the last hour. */
export const stats = (site: Site) =>
  resource(site, {
    async GET() {
      const { statistics, engine } = site
      const load = await loadOf(engine)
      return {
        now: { ...load, rss: process.memoryUsage.rss(), uptime: Math.floor(process.uptime()) },
        samples: statistics.samples,
        errors: statistics
          .errors()
          .map((error) => ({ ...error, text: texts[error.kind](error.code) })),
      }
    },
  })

interface Load {
  readonly connections: number | null
  readonly users: number | null
  readonly subscriptions: number | null
  readonly channels: number | null
}

/** An engine elsewhere tells its subscriptions alone. */
async function loadOf(engine: EngineLink): Promise<Load> {
  if (engine.embedded !== undefined) {
    const { connections, users, subscriptions, channels } = engine.embedded.stats()
    return { connections, users, subscriptions, channels }
  }
  const unknown = { connections: null, users: null }
  try {
    const counts = [...(await engine.channels()).values()]
    const subscriptions = counts.reduce((sum, count) => sum + count, 0)
    return { ...unknown, subscriptions, channels: counts.length }
  } catch (error) {
    if (error instanceof EngineError) return { ...unknown, subscriptions: null, channels: null }
    throw error
  }
}

type Code = number | string

const replies = new Map<Code, string>(
  Object.values(errors).map(({ code, message }) => [code, message]),
)
const endings = new Map<Code, string>(
  Object.values(disconnects).map(({ code, reason }) => [code, reason]),
)
const answers = new Map<Code, string>(
  Object.values<Refusal>(refusals).map(({ code, message }) => [code, message]),
)

/** What the codes mean; those of a site's own are known to the site. */
const texts: Readonly<Record<ErrorKind, (code: Code) => string>> = {
  reply: (code) => replies.get(code) ?? "",
  disconnect: (code) => endings.get(code) ?? "",
  http: (code) => answers.get(code) ?? "",
}
