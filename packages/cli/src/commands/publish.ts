import { writeEnvelope } from "@instant-ws/server/offline"
import { CliError } from "../cli-error.js"
import { findHome, type Home } from "../home/home.js"
import { readServerFile } from "../home/server-file.js"
import { withStore } from "../home/store.js"
import { callEngine } from "../running/engine-api.js"
import { findChannel } from "../running/find-channel.js"
import { findEngine, type ServerOptions } from "../running/running-engine.js"

/** What an event is made of, on the command line. */
export interface EventOptions extends ServerOptions {
  readonly eventClass?: string
  /** JSON text. */
  readonly data?: string
  readonly bucket?: string
  readonly site?: string
  /** Through the outbox of the database, also while no server runs. */
  readonly durable?: boolean
  /** The same, to be delivered then. */
  readonly schedule?: Date
}

/** What `instant broadcast` is asked. */
export interface BroadcastOptions extends EventOptions {
  readonly target?: "users" | "staff" | "superuser"
}

/** Publishes an event to a channel: through a running server, or through the outbox of the database. */
export async function publish(
  channel: string,
  message: string | undefined,
  options: EventOptions,
): Promise<void> {
  const data = readData(options.data)
  if (message === undefined && data === undefined) {
    throw new CliError("There is nothing to publish: give a message, or data with --data")
  }
  const { eventClass, bucket, durable = false, schedule } = options
  const event = { message, data, eventClass, bucket }
  if (durable || schedule !== undefined) return accept(channel, event, options)
  const home = findHome()
  const engine = await findEngine(options, home)
  const { name, note } = await findChannel(channel, engine, home)
  const { site = engine.site } = options
  await callEngine(engine, {
    method: "publish",
    params: { channel: name, data: asSent(home, writeEnvelope({ ...event, channel: name, site })) },
    what: `publish to "${name}"`,
  })
  console.log(`Published to ${name}`)
  if (note !== undefined) console.error(note)
}

type Content = Omit<Parameters<typeof writeEnvelope>[0], "channel" | "site">

/** An envelope as clients get it; that of the outbox the server sends as they want it. */
function asSent({ settings }: Home, envelope: ReturnType<typeof writeEnvelope>) {
  return settings.text("envelope") === "string" ? JSON.stringify(envelope) : envelope
}

/** Puts an event into the outbox, from where the next server delivers it that runs. */
async function accept(
  channel: string,
  event: Content,
  { schedule, url, apiKey, site }: EventOptions,
): Promise<void> {
  if (url !== undefined || apiKey !== undefined) {
    throw new CliError(
      "What is durable goes through the database, not through a server: leave --url and --api-key out",
    )
  }
  const home = findHome()
  const known = await readServerFile(home)
  const signature = site ?? home.settings.text("site") ?? known?.site ?? "Site"
  const { name, id } = await withStore(async ({ channels, outboxWriter }) => {
    const { name = channel } = (await channels.find(channel)) ?? {}
    const envelope = writeEnvelope({ ...event, channel: name, site: signature })
    const { id } = envelope
    const publication = { key: id, channel: name, envelope: JSON.stringify(envelope), schedule }
    await outboxWriter.add([publication]).catch(refused)
    return { name, id }
  })
  const when = schedule === undefined ? "" : ` at ${schedule.toISOString()}`
  console.log(`Accepted for ${name}${when} as ${id}`)
}

function refused(cause: unknown): never {
  if (cause instanceof TypeError) throw new CliError(cause.message, { cause })
  throw cause
}

/** Publishes an event to everyone, or to all users, staff or superusers. */
export function broadcast(
  message: string | undefined,
  { target, ...options }: BroadcastOptions,
): Promise<void> {
  return publish(target === undefined ? "public" : `$${target}`, message, options)
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
