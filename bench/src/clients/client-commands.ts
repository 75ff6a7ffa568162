import { z } from "zod"

/** What a client's process does. */
export const clientCommand = z.discriminatedUnion("do", [
  z.object({ do: z.literal("subscribe"), subscriptions: z.number() }),
  z.object({ do: z.literal("dispatch"), seconds: z.number() }),
])
/** What a client's process does. */
export type ClientCommand = z.infer<typeof clientCommand>

/** After subscribing. */
export const subscribed = z.object({
  /** JavaScript's heap, after a garbage collection. */
  bytesPerSubscription: z.number(),
})

/** What dispatching took. */
export const dispatched = z.object({
  frames: z.number(),
  /** From the texts until all handlers were called, in microseconds of processor time. */
  cpu: z.number(),
  /** `JSON.parse` of the same texts, likewise. */
  parseCpu: z.number(),
})
/** What dispatching took. */
export type Dispatched = z.infer<typeof dispatched>
