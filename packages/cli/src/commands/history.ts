import { findHome } from "../home/home.js"
import { callEngine } from "../running/engine-api.js"
import { type Event, eventOf } from "../running/event.js"
import { findChannel } from "../running/find-channel.js"
import { findEngine, type RunningEngine, type ServerOptions } from "../running/running-engine.js"
import { table } from "../table.js"

/** What `instant history` is asked. */
export interface HistoryOptions extends ServerOptions {
  /** At most so many events. */
  readonly limit: number
  /** Only what came after this offset; before it in reverse. */
  readonly since?: number
  /** The newest first. */
  readonly reverse?: boolean
  readonly json?: boolean
}

/** Prints what a channel keeps. */
export async function showHistory(channel: string, options: HistoryOptions): Promise<void> {
  const home = findHome()
  const engine = await findEngine(options, home)
  const { name, note } = await findChannel(channel, engine, home)
  const events = await eventsOf(engine, name, options)
  if (options.json) console.log(JSON.stringify(events.map(plain), null, 2))
  else if (events.length === 0) console.log(`${name} keeps no such events`)
  else console.log(table([HEAD, ...events.map(row)]))
  if (note !== undefined) console.error(note)
}

const HEAD = ["OFFSET", "DATE", "CLASS", "BUCKET", "MESSAGE", "DATA"]

function row({ offset, date, eventClass, bucket, message, data }: Event): readonly string[] {
  return [String(offset ?? ""), date, eventClass, bucket, message, data]
}

function plain({ channel, offset, published }: Event) {
  return { channel, offset, data: published }
}

async function eventsOf(
  engine: RunningEngine,
  channel: string,
  { limit, since, reverse = false }: HistoryOptions,
): Promise<readonly Event[]> {
  const ask = async (params: object): Promise<Record<string, unknown>> =>
    Object(
      await callEngine(engine, {
        method: "history",
        params: { channel, ...params },
        what: `tell the history of "${channel}"`,
      }),
    )
  // A place in the history is known by its epoch too.
  const position =
    since === undefined ? undefined : { offset: since, epoch: (await ask({ limit: 0 })).epoch }
  const { publications } = await ask({ limit, reverse, since: position })
  return Array.isArray(publications) ? publications.map((each) => eventOf(channel, each)) : []
}
