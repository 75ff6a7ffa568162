import { z } from "zod"

/** What the process of a client that loses its network does. */
export const recoveryCommand = z.discriminatedUnion("do", [
  /** Connects, and subscribes to so many channels. */
  z.object({
    do: z.literal("open"),
    port: z.int(),
    channels: z.int(),
    /** Signs the client's tokens. */
    secret: z.string(),
  }),
  /** Loses the network, misses so many messages in each channel, and gets it back. */
  z.object({ do: z.literal("lose"), missed: z.int() }),
])
/** What the process of a client that loses its network does. */
export type RecoveryCommand = z.infer<typeof recoveryCommand>

/** From the event `online` until each channel had told that it is complete, in milliseconds. */
export const recoveredAfter = z.number()
