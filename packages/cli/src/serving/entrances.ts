import type { Engine, EngineConfig, RequestEnvironment } from "@instant-ws/engine"
import { type Context, Hono } from "hono"
import type { Place } from "./listen.js"

/** Answers a request; the environment tells where it comes from. */
type Answer = (request: Request, environment?: RequestEnvironment) => Response | Promise<Response>

/** A place to listen, and what answers there. */
export interface Entrance {
  readonly place: Place
  /** What in the engine's HTTP answers; 404 for what isn't here. */
  readonly fetch: Answer
}

/** The ways to reach an engine. */
export interface Entrances {
  /** For clients, and for all where there is no other one. */
  readonly main: Entrance
  /** For the API, health and metrics, where they have a place of their own. */
  readonly internal: Entrance | undefined
}

/** The entrances that a configuration asks for beside the main one, whose place is known. */
export function entrances(engine: Engine, config: EngineConfig, main: Place): Entrances {
  const fetch: Answer = (request, environment) => engine.fetch(request, environment)
  const place = internalPlace(config, main)
  if (place === undefined) return { main: { place: main, fetch }, internal: undefined }
  // Paths are matched as the engine matches them, escapes like %61 included.
  const [outer, inner] = [new Hono<Bindings>(), new Hono<Bindings>()]
  const answer = ({ req, env }: Context<Bindings>) => fetch(req.raw, env)
  const refuse = (context: Context) => context.text("404 page not found\n", 404)
  for (const path of internalPaths(config)) {
    outer.all(path, refuse)
    inner.all(path, answer)
  }
  outer.all("*", answer)
  inner.all("*", refuse)
  return {
    main: { place: main, fetch: (request, environment) => outer.fetch(request, environment) },
    internal: { place, fetch: (request, environment) => inner.fetch(request, environment) },
  }
}

type Bindings = { Bindings: RequestEnvironment }

/** What isn't said of the internal place is as of the main one; the same place is none of its own. */
function internalPlace({ http_server }: EngineConfig, main: Place): Place | undefined {
  const address = http_server.internal_address || main.address
  const port = http_server.internal_port || main.port
  return address === main.address && port === main.port ? undefined : { address, port }
}

function internalPaths({ http_api, health, prometheus }: EngineConfig): readonly string[] {
  const isApiInternal = !http_api.disabled && !http_api.external
  return [
    ...(isApiInternal ? [`${http_api.handler_prefix}/*`] : []),
    ...(health.enabled ? [health.handler_prefix] : []),
    ...(prometheus.enabled ? [prometheus.handler_prefix] : []),
  ]
}
