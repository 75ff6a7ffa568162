import type { OutboxEntry, OutboxState } from "@instant-ws/server/offline"
import { CliError } from "../cli-error.js"
import { withStore } from "../home/store.js"
import { table } from "../table.js"

/** What `instant outbox list` is asked. */
export interface OutboxOptions {
  readonly state?: OutboxState
  readonly limit: number
  readonly json?: boolean
}

/** Prints what is in the outbox. */
export async function listOutbox({ state, limit, json }: OutboxOptions): Promise<void> {
  const entries = await withStore(({ outbox }) => outbox.list({ state, limit }))
  if (json) return console.log(JSON.stringify(entries, null, 2))
  console.log(table([["ID", "CHANNEL", "STATE", "TRIES", "SINCE", "ERROR"], ...entries.map(row)]))
}

function row({ id, channel, state, attempts, createdAt, dueAt, lastError }: OutboxEntry) {
  const since = state === "scheduled" ? `due ${dueAt.toISOString()}` : createdAt.toISOString()
  return [id, channel, state, String(attempts), since, lastError]
}

/** Has failed entries tried again: one, or all of them. @throws CliError when there is none. */
export async function retry(
  id: string | undefined,
  { all = false }: { readonly all?: boolean },
): Promise<void> {
  if (all === (id !== undefined)) throw new CliError("Name one entry by its id, or all with --all")
  const count = await withStore(({ outbox }) => outbox.retry(id ?? "all"))
  if (count === 0 && id !== undefined) throw new CliError(`No failed entry has the id ${id}`)
  console.log(count === 1 ? "1 entry is tried again" : `${count} entries are tried again`)
}

/** Removes an entry that isn't delivered. @throws CliError when there is none. */
export async function discard(id: string): Promise<void> {
  if (await withStore(({ outbox }) => outbox.discard(id))) return console.log(`Discarded ${id}`)
  throw new CliError(`No entry that waits or has failed has the id ${id}`)
}
