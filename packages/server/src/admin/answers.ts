import { z } from "zod"
import { channelLevels } from "../channels/level.js"

// What the admin answers. Times are Unix time in milliseconds.

const count = z.int().min(0)
const known = count.nullable()
const position = z.strictObject({ offset: count, epoch: z.string() })
const groups = z.array(z.string())

/** Who is signed in, and where. */
export const sessionShown = z.strictObject({
  user: z.strictObject({ id: z.string(), name: z.string() }),
  csrfToken: z.string(),
  site: z.string(),
  engine: z.enum(["embedded", "remote"]),
  accounts: z.boolean(),
  websocketUrl: z.string().optional(),
})

/** A channel; `subscribers` is null where it isn't asked, or the engine doesn't tell. */
export const channelShown = z.strictObject({
  name: z.string(),
  level: z.enum(channelLevels),
  isActive: z.boolean(),
  groups,
  subscribers: known,
})

/** The first members of a channel, and how many there are. */
export const presenceShown = z.strictObject({
  members: z.array(z.strictObject({ client: z.string(), user: z.string() })),
  total: count,
})

/** A part of a channel's history, and where the whole stands. */
export const historyShown = z.strictObject({
  publications: z.array(z.strictObject({ offset: count, data: z.unknown() })),
  position,
})

/** An event that was published; the outbox gives it no position. */
export const publishedShown = z.strictObject({ id: z.string(), position: position.nullable() })

/** A built-in account. */
export const accountShown = z.strictObject({
  name: z.string(),
  staff: z.boolean(),
  superuser: z.boolean(),
  isActive: z.boolean(),
  groups,
  hasPassword: z.boolean(),
})

/** A group, and how many have it. */
export const groupShown = z.strictObject({ name: z.string(), users: count, channels: count })

/** A page of connections, and how many there are in all. */
export const connectionsShown = z.strictObject({
  connections: z.array(
    z.strictObject({
      client: z.string(),
      user: z.string(),
      transport: z.string(),
      protocol: z.enum(["json", "protobuf"]),
      address: z.string(),
      name: z.string(),
      version: z.string(),
      channels: z.array(z.string()),
      since: count,
    }),
  ),
  cursor: z.string().nullable(),
  total: count,
})

/** A page of the outbox. */
export const outboxShown = z.strictObject({
  entries: z.array(
    z.strictObject({
      id: z.string(),
      channel: z.string(),
      message: z.unknown().optional(),
      eventClass: z.string().optional(),
      createdAt: count,
      dueAt: count,
      attempts: count,
      state: z.enum(["waiting", "failed", "scheduled"]),
      lastError: z.string().nullable(),
    }),
  ),
  next: z.string().nullable(),
  counts: z.strictObject({ waiting: count, scheduled: count, failed: count }),
})

/** The load now and in the last hour; null is unknown. Bytes, seconds since the start, rates a second. */
export const statsShown = z.strictObject({
  now: z.strictObject({
    connections: known,
    users: known,
    subscriptions: known,
    channels: known,
    rss: count,
    uptime: count,
  }),
  samples: z.array(
    z.strictObject({
      at: count,
      connections: known,
      deliveries: z.number().nullable(),
      publications: z.number(),
      publishMs: z.strictObject({ p50: z.number(), p95: z.number() }).nullable(),
      rss: count,
    }),
  ),
  errors: z.array(
    z.strictObject({
      kind: z.enum(["reply", "disconnect", "http"]),
      code: z.union([z.int(), z.string()]),
      text: z.string(),
      count,
    }),
  ),
})

/** A part of the audit log, the newest first. */
export const auditShown = z.strictObject({
  entries: z.array(
    z.strictObject({
      id: count,
      at: count,
      actor: z.string(),
      action: z.string(),
      target: z.string(),
      details: z.record(z.string(), z.unknown()),
    }),
  ),
})
