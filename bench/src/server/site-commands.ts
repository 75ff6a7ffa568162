import { z } from "zod"

/** The keys of a site. */
export const siteSecrets = {
  tokenKey: "a token key of the bench, of no use to anybody",
  apiKey: "an API key of the bench, of no use to anybody",
}

/** Who may see the admin page of a site, and where something happens then. */
export const siteAdmin = {
  name: "superuser",
  password: "a password of the bench, of no use to anybody",
  channel: "lobby",
}

/** What a site is told to do. */
export const siteCommand = z.discriminatedUnion("do", [
  /** Its history is in memory, or where it is by itself: beside a SQLite file. */
  z.object({
    do: z.literal("open"),
    database: z.string(),
    history: z.literal("memory").optional(),
  }),
  /** Takes requests and sockets, and tells on which port. */
  z.object({ do: z.literal("listen") }),
  /** Has something happen all the time, for a superuser to see. */
  z.object({ do: z.literal("animate") }),
  /** Takes a user's access away, and tells when, by the clock of the machine in microseconds. */
  z.object({ do: z.literal("revoke"), user: z.string() }),
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
