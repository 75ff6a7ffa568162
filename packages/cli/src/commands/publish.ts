import { writeEnvelope } from "@instant-ws/server/offline"
import { CliError } from "../cli-error.js"
import { findHome } from "../home/home.js"
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
}

/** What `instant broadcast` is asked. */
export interface BroadcastOptions extends EventOptions {
  readonly target?: "users" | "staff" | "superuser"
}

/** Publishes an event to a channel. */
export async function publish(
  channel: string,
  message: string | undefined,
  options: EventOptions,
): Promise<void> {
  const data = readData(options.data)
  if (message === undefined && data === undefined) {
    throw new CliError("There is nothing to publish: give a message, or data with --data")
  }
  const home = findHome()
  const engine = await findEngine(options, home)
  const { name, note } = await findChannel(channel, engine, home)
  const { eventClass, bucket, site = engine.site } = options
  const envelope = writeEnvelope({ channel: name, site, message, data, eventClass, bucket })
  await callEngine(engine, {
    method: "publish",
    params: { channel: name, data: envelope },
    what: `publish to "${name}"`,
  })
  console.log(`Published to ${name}`)
  if (note !== undefined) console.error(note)
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
