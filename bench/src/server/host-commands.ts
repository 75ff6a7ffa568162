import { z } from "zod"

/** What a server's process is asked to do. */
export const hostCommand = z.discriminatedUnion("do", [
  z.object({ do: z.literal("start") }),
  z.object({ do: z.literal("publish"), rate: z.number(), seconds: z.number() }),
  z.object({ do: z.literal("cpu") }),
  z.object({ do: z.literal("memory") }),
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
  /** Bytes. */
  memory: z.number(),
}
