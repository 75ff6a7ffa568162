import { z } from "zod"
import { engineConfig } from "./engine-config.js"

/** What a server's process is asked to do. */
export const hostCommand = z.discriminatedUnion("do", [
  z.object({ do: z.literal("start"), config: engineConfig }),
  z.object({
    do: z.literal("publish"),
    rate: z.number(),
    seconds: z.number(),
    channels: z.int(),
  }),
  z.object({ do: z.literal("cpu") }),
  z.object({ do: z.literal("memory") }),
  z.object({ do: z.literal("crash") }),
])
/** A command to a server's process. */
export type HostCommand = z.infer<typeof hostCommand>

/** What it answers to each. */
export const hostAnswers = {
  /** The port that it listens on. */
  start: z.number(),
  publish: z.object({ publications: z.number(), startedAt: z.number() }),
  /** Microseconds. */
  cpu: z.number(),
  /** Bytes; the heap where the server is the process that answers. */
  memory: z.object({ rss: z.number(), heap: z.number().optional() }),
  crash: z.undefined(),
}
