import { z } from "zod"
import { latencyEntries } from "./generator-commands.js"

const gatherCommand = z.object({
  do: z.literal("gather"),
  port: z.int(),
  clients: z.int(),
  /** How many clients others have before these: it tells which channel is whose. */
  before: z.int(),
  /** The clients take so many channels in turn. */
  channels: z.int(),
  /** Signs each client's token; without one they are anonymous. */
  secret: z.string().optional(),
})
/** Makes the clients, who stay outside. */
export type GatherCommand = z.infer<typeof gatherCommand>

const jitterCommand = z.object({
  do: z.literal("jitter"),
  /** Cuts a second, each of a client at random. */
  rate: z.number(),
  seconds: z.number(),
})
/** Cuts clients at random, who come back at once. */
export type JitterCommand = z.infer<typeof jitterCommand>

/** What a crowd of clients is asked to do. */
export const crowdCommand = z.discriminatedUnion("do", [
  gatherCommand,
  /** All connect and subscribe at once. */
  z.object({ do: z.literal("enter") }),
  /** All connections are cut at once, and nobody comes back by itself. */
  z.object({ do: z.literal("cut") }),
  jitterCommand,
  /** Latencies count from here on. */
  z.object({ do: z.literal("forget") }),
  /** Waits until each has its part of so many publications, or nothing comes any more. */
  z.object({ do: z.literal("settle"), publications: z.int() }),
])
/** A command to a crowd. */
export type CrowdCommand = z.infer<typeof crowdCommand>

/** How all came in. */
export const entrance = z.object({
  /** From the first attempt until the last was subscribed, in milliseconds. */
  millis: z.number(),
  /** How long each client took. */
  latencies: latencyEntries,
  /** Attempts to connect of all clients. */
  attempts: z.number(),
  /** How many went on where they had been. */
  recovered: z.number(),
  unrecovered: z.number(),
  /** How much of a core the crowd itself used, 0 to 1. */
  cpuShare: z.number(),
})
/** How all came in. */
export type Entrance = z.infer<typeof entrance>

/** How often which client's connection was cut. */
export const jittered = z.object({ cuts: z.number() })

/** What all have had. */
export const reckoning = z.object({
  /** From the first attempt to publish until a client had it, once for each client. */
  latencies: latencyEntries,
  /** Publications that a client never had, over all clients. */
  missing: z.number(),
  /** Publications that came to a client again, over all clients. */
  twice: z.number(),
  received: z.number(),
  recovered: z.number(),
  unrecovered: z.number(),
  /** How much of a core the crowd itself used, 0 to 1. */
  cpuShare: z.number(),
})
/** What all have had. */
export type Reckoning = z.infer<typeof reckoning>
