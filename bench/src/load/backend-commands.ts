import { z } from "zod"
import { latencyEntries } from "./generator-commands.js"

/** What a backend that publishes over the HTTP API is asked to do. */
export const backendCommand = z.discriminatedUnion("do", [
  /** Where the server is; publications go to so many channels in turn. */
  z.object({ do: z.literal("open"), port: z.int(), channels: z.int() }),
  /** Publishes so many, one after the other, as fast as the server takes them. */
  z.object({ do: z.literal("publish"), publications: z.int() }),
  /** Begins to publish so many a second, each again and again until the server has acknowledged it. */
  z.object({ do: z.literal("begin"), rate: z.number() }),
  /** Ends that. */
  z.object({ do: z.literal("end") }),
  /** Publishes over several connections: as fast as they get answers, or at a rate. */
  z.object({
    do: z.literal("flood"),
    connections: z.int(),
    seconds: z.number(),
    rate: z.number().optional(),
  }),
])
/** A command to a backend. */
export type BackendCommand = z.infer<typeof backendCommand>

/** What has been published, since the backend was opened. */
export const published = z.object({
  publications: z.number(),
  /** How often a publication was tried again. */
  retries: z.number(),
})

/** What a flood showed. */
export const flooded = z.object({
  /** Of this flood. */
  publications: z.number(),
  /** Of all so far. */
  total: z.number(),
  /** How long it took. */
  micros: z.number(),
  /** From when a request was due until its answer. */
  latencies: latencyEntries,
  /** How much of a core the backend itself used, 0 to 1. */
  cpuShare: z.number(),
})
