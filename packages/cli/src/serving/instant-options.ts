import type { EngineConfigInput } from "@instant-ws/engine"
import type { InstantOptions, Secrets } from "@instant-ws/server"
import type { Home } from "../home/home.js"

/** The options of a server, as the settings of a home say. */
export function instantOptions(home: Home, secrets: Secrets): InstantOptions {
  const { settings } = home
  const site = {
    database: home.database,
    site: settings.text("site"),
    envelope: settings.oneOf("envelope", ["object", "string"]),
    tokenLifetime: settings.number("tokenLifetime"),
    allowedOrigins: settings.list("allowedOrigins"),
    anonymousAccess: settings.yesOrNo("anonymousAccess"),
    websocketUrl: settings.text("websocketUrl"),
    outbox: settings.oneOf("outbox", ["dispatch", "off"]),
  }
  const engine = engineElsewhere(home)
  if (engine !== undefined) return { ...site, engine }
  // What a file holds is taken for a configuration; the server checks it before it starts.
  const config = settings.object("engineConfig") as EngineConfigInput | undefined
  // What was published outlives this process, however it ends.
  const broker = { enabled: true, type: "disk", disk: { path: home.history } } as const
  return { ...site, secrets, engineConfig: { ...config, broker: { ...broker, ...config?.broker } } }
}

/** The engine that the settings of a home name; undefined when the server has its own. */
export function engineElsewhere({ settings }: Home) {
  const [url, apiKey, tokenSecret] = [
    settings.text("engine.url"),
    settings.text("engine.apiKey"),
    settings.text("engine.tokenSecret"),
  ]
  if (url === undefined || apiKey === undefined || tokenSecret === undefined) return undefined
  return { url, apiKey, tokenSecret, timeout: settings.number("engine.timeout") }
}
