import { CliError } from "../cli-error.js"
import { findHome, type Home } from "../home/home.js"
import { readSecrets } from "../home/secrets.js"
import { readServerFile } from "../home/server-file.js"
import { engineElsewhere } from "../serving/instant-options.js"

/** Which server is meant, where it isn't the one of this home. */
export interface ServerOptions {
  readonly url?: string
  readonly apiKey?: string
  readonly tokenKey?: string
}

/** The engine of a running server. */
export interface RunningEngine {
  /** Where its HTTP API is, without `/api`. */
  readonly url: string
  readonly apiKey: string
  /** Signs the tokens that it takes; undefined for one elsewhere whose key isn't given. */
  readonly tokenKey: string | undefined
  /** Where its sockets are. */
  readonly websocketUrl: string
  /** The site of its server. */
  readonly site: string
  /** Whether its server runs from this home, so that its channels are known here. */
  readonly isOfHome: boolean
}

const PATH = "/connection/websocket"

/** Finds the server that is named, else the one that runs from this home. @throws CliError without one. */
export async function findEngine(
  options: ServerOptions,
  home: Home = findHome(),
): Promise<RunningEngine> {
  const running = await readServerFile(home)
  const elsewhere = engineElsewhere(home)
  const ofHome = elsewhere?.url ?? running?.engine ?? running?.url
  const url = options.url ?? ofHome
  if (url === undefined) throw noServer(home)
  if (!/^https?:$/.test(protocolOf(url))) {
    throw new CliError(`--url ${url} is no address of a server: write it as http://host:port`)
  }
  const isOfHome = [ofHome, running?.url].some((known) => known !== undefined && isSame(url, known))
  const secrets = await readSecrets(home)
  const apiKey = options.apiKey ?? elsewhere?.apiKey ?? secrets?.apiKey
  if (apiKey === undefined) {
    throw new CliError("The API key of the server is missing: give it with --api-key")
  }
  const site = (isOfHome ? running?.site : undefined) ?? "Site"
  const engineUrl = isOfHome && ofHome !== undefined ? ofHome : url
  return {
    url: engineUrl.replace(/\/+$/, ""),
    apiKey,
    tokenKey: options.tokenKey ?? elsewhere?.tokenSecret ?? secrets?.tokenKey,
    websocketUrl: socketsOf(
      (isOfHome ? home.settings.text("websocketUrl") : undefined) ?? engineUrl,
    ),
    site,
    isOfHome,
  }
}

/** Whether two URLs lead to the same server, by whatever name they call this machine. */
function isSame(one: string, other: string): boolean {
  const origin = (url: string) => new URL(url).origin.replace("//localhost:", "//127.0.0.1:")
  return origin(one) === origin(other)
}

function socketsOf(url: string): string {
  const base = url.replace(/^http/, "ws").replace(/\/+$/, "")
  return base.endsWith(PATH) ? base : `${base}${PATH}`
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : ""
}

function noServer({ folder }: Home): CliError {
  return new CliError(
    `No server runs from ${folder}: start one with "instant start", or name one with --url and --api-key`,
  )
}
