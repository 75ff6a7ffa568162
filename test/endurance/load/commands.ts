import { z } from "zod"

/** What the parent asks of a process of listeners. */
export const listenerCommand = z.discriminatedUnion("do", [
  /** Come, the listeners to the channels in turn; answered when all are subscribed. */
  z.object({
    do: z.literal("subscribe"),
    kind: z.enum(["stock", "lean"]),
    port: z.int(),
    token: z.string(),
    channels: z.array(z.string()),
    clients: z.int(),
  }),
  /** All cut their connections. */
  z.object({ do: z.literal("leave") }),
  /** All come back at once; answered with how long each took, when they are subscribed again. */
  z.object({ do: z.literal("return") }),
  /** Each is cut now and then, for so many seconds; answered with how long each return took. */
  z.object({ do: z.literal("jitter"), seconds: z.number(), seed: z.int() }),
  /** Tells how long publications took since the last time. */
  z.object({ do: z.literal("latencies") }),
  /** Waits until each has so many publications, or the time is up, and judges. */
  z.object({ do: z.literal("judge"), sent: z.record(z.string(), z.int()) }),
])
export type ListenerCommand = z.output<typeof listenerCommand>

const entries = z.array(z.tuple([z.int(), z.number()]))
/** How long things took, and how many there were: the entries of a histogram of microseconds. */
export const took = z.object({ count: z.int(), entries })
/** What listeners received, and what happened to them. */
export const judged = z.object({
  verdict: z.object({
    missing: z.int(),
    twice: z.int(),
    disordered: z.int(),
    unknown: z.int(),
  }),
  /** Who isn't subscribed. */
  stranded: z.int(),
  mishaps: z.object({ refused: z.int(), failed: z.int(), lost: z.int(), unrecovered: z.int() }),
})

/** What is done to a server. */
export const attackKind = z.enum([
  "half-open handshakes",
  "header bombs",
  "deflate bombs",
  "fragment bombs",
  "clients that never read",
  "bad tokens",
])
export type AttackKind = z.output<typeof attackKind>

/** What the parent asks of a process of attackers. */
export const attackCommand = z.discriminatedUnion("do", [
  /** Begin, so many; answered when all have begun. */
  z.object({
    do: z.literal("begin"),
    kind: attackKind,
    port: z.int(),
    token: z.string(),
    count: z.int(),
  }),
  /** Answered when the server has ended all that was begun, or after so many milliseconds. */
  z.object({ do: z.literal("end"), patience: z.int() }),
])
export type AttackCommand = z.output<typeof attackCommand>

/** How often an attack came to what. */
export const outcomes = z.record(z.string(), z.int())
