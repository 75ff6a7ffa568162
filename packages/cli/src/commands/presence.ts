import { findHome } from "../home/home.js"
import { callEngine } from "../running/engine-api.js"
import { findChannel } from "../running/find-channel.js"
import { findEngine, type ServerOptions } from "../running/running-engine.js"
import { isObject } from "../settings/kinds.js"
import { table } from "../table.js"

/** What `instant presence` is asked. */
export interface PresenceOptions extends ServerOptions {
  readonly json?: boolean
}

/** Prints who is in a channel: each connection, by user. */
export async function showPresence(channel: string, options: PresenceOptions): Promise<void> {
  const home = findHome()
  const engine = await findEngine(options, home)
  const { name, note } = await findChannel(channel, engine, home)
  const answer = await callEngine(engine, {
    method: "presence",
    params: { channel: name },
    what: `tell who is in "${name}"`,
  })
  const present = membersIn(answer)
  if (options.json) console.log(JSON.stringify(present, null, 2))
  else if (present.length === 0) console.log(`Nobody is in ${name}`)
  else {
    console.log(table([["USER", "CLIENT"], ...present.map(({ user, client }) => [user, client])]))
  }
  if (note !== undefined) console.error(note)
}

interface Member {
  /** Empty for an anonymous visitor. */
  readonly user: string
  readonly client: string
}

function membersIn(answer: unknown): readonly Member[] {
  const { presence } = Object(answer)
  if (!isObject(presence)) return []
  return Object.entries(presence)
    .map(([client, member]) => ({ user: String(Object(member).user ?? ""), client }))
    .sort((one, other) => one.user.localeCompare(other.user))
}
