import { z } from "zod"

/** What a site is told to do. */
export const siteCommand = z.discriminatedUnion("do", [
  z.object({ do: z.literal("open"), database: z.string() }),
  /** So many callers publish, each again as soon as it has its answer, to a channel of its own. */
  z.object({
    do: z.literal("publish"),
    durable: z.boolean(),
    callers: z.int(),
    seconds: z.number(),
  }),
  /** A user of so many channels gets their tokens, so many times at once. */
  z.object({
    do: z.literal("tokens"),
    channels: z.int(),
    callers: z.int(),
    seconds: z.number(),
  }),
])
/** What a site is told to do. */
export type SiteCommand = z.infer<typeof siteCommand>

/** What publishing took. */
export const published = z.object({
  perSecond: z.number(),
  /** User and system time of each until all are delivered, in microseconds. */
  cpu: z.number(),
  /** Milliseconds. */
  p50: z.number(),
  p99: z.number(),
  /** Delivered a second, from the first that was published to the last that was delivered. */
  delivered: z.number(),
})
/** What publishing took. */
export type Published = z.infer<typeof published>

/** What getting tokens took. */
export const fetched = published.pick({ perSecond: true, cpu: true, p50: true, p99: true })
/** What getting tokens took. */
export type Fetched = z.infer<typeof fetched>
