import { chooseServer } from "../packages/engine/test/conformance/servers/choose-server.js"

/** An engine in an HTTP server of its own. */
export interface EngineElsewhere extends AsyncDisposable {
  /** Its address, `http://HOST:PORT`. */
  readonly url: string
}

/** The keys of an engine that is elsewhere. */
export const ENGINE_KEYS = {
  apiKey: "the-api-key-of-the-engine-elsewhere",
  tokenSecret: "the-token-secret-of-the-engine-elsewhere",
}

/** With it, sites have what they have with an engine of their own. */
const config = {
  client: { token: { hmac_secret_key: ENGINE_KEYS.tokenSecret } },
  channel: {
    without_namespace: {
      history_size: 100,
      history_ttl: "600s",
      force_recovery: true,
      allow_history_for_subscriber: true,
      presence: true,
      allow_presence_for_subscriber: true,
    },
  },
  http_api: { key: ENGINE_KEYS.apiKey },
}

/** The engine of this checkout as `instant serve` runs it, or the Centrifugo at `CENTRIFUGO_BIN`. */
export const engineElsewhere = chooseServer({ CENTRIFUGO_BIN: process.env.CENTRIFUGO_BIN })

/** Starts it on a free port. */
export function startEngineElsewhere(): Promise<EngineElsewhere> {
  return engineElsewhere.start(JSON.stringify(config))
}
