import { writeEnvelope } from "@instant-ws/server/offline"
import { CliError } from "../cli-error.js"
import { findHome, type Home } from "../home/home.js"
import { readSecrets } from "../home/secrets.js"
import { readServerFile } from "../home/server-file.js"
import { channelIn } from "../home/store.js"

/** What `instant publish` is asked. */
export interface PublishOptions {
  readonly eventClass?: string
  /** JSON text. */
  readonly data?: string
  readonly bucket?: string
  readonly site?: string
  readonly url?: string
  readonly apiKey?: string
}

/** How long the server may take to answer, in milliseconds. */
const DEADLINE = 10_000

interface Target {
  readonly url: string
  readonly apiKey: string
  readonly site: string
  readonly channel: string
  /** What the publisher may have meant otherwise. */
  readonly note: string | undefined
}

/** Publishes an event through the HTTP API of a running server. */
export async function publish(
  channel: string,
  message: string | undefined,
  options: PublishOptions,
): Promise<void> {
  const data = readData(options.data)
  if (message === undefined && data === undefined) {
    throw new CliError("There is nothing to publish: give a message, or data with --data")
  }
  const target = await findTarget(channel, options)
  const { eventClass, bucket } = options
  const envelope = writeEnvelope({ ...target, message, data, eventClass, bucket })
  await callApi(target, envelope)
  console.log(`Published to ${target.channel}`)
  if (target.note !== undefined) console.error(target.note)
}

function readData(json: string | undefined): unknown {
  if (json === undefined) return undefined
  try {
    return JSON.parse(json)
  } catch (cause) {
    const { message } = cause instanceof Error ? cause : new Error(String(cause))
    throw new CliError(`--data is not JSON (${message}): write it as --data '{"id": 17}'`, {
      cause,
    })
  }
}

/** Where to publish: the server that is named, else the one that runs from this home. */
async function findTarget(channel: string, options: PublishOptions): Promise<Target> {
  const home = findHome()
  const apiKey = options.apiKey ?? (await readSecrets(home))?.apiKey
  const running = await readServerFile(home)
  const url = options.url ?? running?.url
  if (url === undefined) throw noServer(home)
  if (!/^https?:$/.test(protocolOf(url))) {
    throw new CliError(`--url ${url} is no address of a server: write it as http://host:port`)
  }
  if (apiKey === undefined) {
    throw new CliError("The API key of the server is missing: give it with --api-key")
  }
  const local = running !== undefined && isSame(url, running.url) ? running : undefined
  const known = await channelIn(home, channel)
  const note = local === undefined ? noteOnElsewhere(channel) : noteOnUnknown(channel)
  return {
    url,
    apiKey,
    site: options.site ?? local?.site ?? "Site",
    channel: known ?? channel,
    note: known === undefined ? note : undefined,
  }
}

/** Whether two URLs lead to the same server, by whatever name they call this machine. */
function isSame(one: string, other: string): boolean {
  const origin = (url: string) => new URL(url).origin.replace("//localhost:", "//127.0.0.1:")
  return origin(one) === origin(other)
}

/** What there is to say of a channel that this home doesn't have, though its server runs from here. */
function noteOnUnknown(channel: string): string | undefined {
  // Such channels are of single users, and never added.
  if (/^\$?@|#/.test(channel)) return undefined
  return (
    `No channel ${channel} is known here: probably nobody is subscribed to it. ` +
    `Add it with: instant channels add ${quoted(channel)}`
  )
}

/** The channels of a server elsewhere can't be looked up from here. */
function noteOnElsewhere(channel: string): string | undefined {
  if (/^[$@]|#/.test(channel)) return undefined
  return `The channels of that server are not known here: if the channel is private, write ${quoted(`$${channel}`)}`
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w:.@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : ""
}

function noServer({ folder }: Home): CliError {
  return new CliError(
    `No server runs from ${folder}: start one with "instant start", or name one with --url and --api-key`,
  )
}

async function callApi({ url, apiKey, channel }: Target, data: unknown): Promise<void> {
  const response = await request(url, apiKey, { channel, data })
  if (response.status === 401) {
    throw new CliError(`The server at ${url} refuses the API key: give its own with --api-key`)
  }
  const answer: unknown = await response.json().catch(() => undefined)
  if (!response.ok || typeof answer !== "object" || answer === null) {
    throw new CliError(
      `The server at ${url} answered status ${response.status}: check that it is the server's address`,
    )
  }
  if ("error" in answer) throw new CliError(refusalOf(channel, answer.error))
}

async function request(url: string, apiKey: string, body: unknown): Promise<Response> {
  try {
    return await fetch(`${url.replace(/\/+$/, "")}/api/publish`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-API-Key": apiKey },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(DEADLINE),
    })
  } catch (cause) {
    throw new CliError(
      `The server at ${url} does not answer: start it with "instant start", or name another with --url`,
      { cause },
    )
  }
}

function refusalOf(channel: string, error: unknown): string {
  const { code, message } = Object(error)
  const hint =
    code === 102 ? ": its namespace, before the colon, is not in the engine's configuration" : ""
  return `The server refuses to publish to "${channel}" (${code} ${message})${hint}`
}
