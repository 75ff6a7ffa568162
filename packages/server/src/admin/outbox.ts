import { z } from "zod"
import type { Site } from "../http/endpoint.js"
import type { OutboxEntry } from "../outbox/outbox-entry.js"
import { StoreError } from "../store-error.js"
import { limit } from "./fields.js"
import { readBody, readQuery } from "./read-fields.js"
import { resource } from "./resource.js"

/** Which entries are asked for. */
export const outboxQuery = z.strictObject({
  state: z.enum(["waiting", "failed", "scheduled"]).default("waiting"),
  after: z.string().optional(),
  limit,
})
/** Which failed entry is tried again; without an id all of them. */
export const retryChoice = z.strictObject({ id: z.string().optional() })
const shownOfEnvelope = z.object({
  message: z.unknown().optional(),
  event_class: z.string().optional(),
})

/** `outbox`: what is accepted and not delivered. */
export const outbox = (site: Site) =>
  resource(site, {
    async GET({ context }) {
      const query = readQuery(context, outboxQuery)
      const [found, { waiting, scheduled, failed }] = await Promise.all([
        // One more tells whether there is another page.
        site.store.outbox.list({ ...query, limit: query.limit + 1 }),
        site.store.outbox.stats(),
      ])
      const entries = found.slice(0, query.limit)
      return {
        entries: entries.map(shown),
        next: found.length > entries.length ? (entries.at(-1)?.id ?? null) : null,
        counts: { waiting, scheduled, failed },
      }
    },
  })

/** `outbox/retry`: has one that failed tried again, or all of them. */
export const retry = (site: Site) =>
  resource(site, {
    async POST({ context, record }) {
      const { id } = await readBody(context, retryChoice)
      const retried = await site.store.outbox.retry(id ?? "all")
      if (id !== undefined && retried === 0) throw unknown(id)
      await record({ action: "outbox.retry", target: id ?? "", details: { retried } })
      return { retried }
    },
  })

/** `outbox/:id`: an entry is not to be delivered. */
export const entry = (site: Site) =>
  resource(site, {
    async DELETE({ context, record }) {
      const id = context.req.param("id") ?? ""
      if (!(await site.store.outbox.discard(id))) throw unknown(id)
      await record({ action: "outbox.discard", target: id, details: {} })
      return {}
    },
  })

function unknown(id: string): StoreError {
  return new StoreError("unknown", `There is no such entry "${id}" in the outbox`)
}

function shown(entry: OutboxEntry) {
  const { message, event_class } = shownOfEnvelope.parse(entry.envelope)
  return {
    id: entry.id,
    channel: entry.channel,
    message,
    eventClass: event_class,
    createdAt: entry.createdAt.getTime(),
    dueAt: entry.dueAt.getTime(),
    attempts: entry.attempts,
    state: entry.state,
    lastError: entry.lastError === "" ? null : entry.lastError,
  }
}
