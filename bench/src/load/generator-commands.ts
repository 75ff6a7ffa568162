import { z } from "zod"
import { dialectName } from "./dialect.js"

const connectCommand = z.object({
  do: z.literal("connect"),
  port: z.int(),
  dialect: dialectName,
  subscribers: z.int(),
  /** How many of the subscribers are sampled for latency and order. */
  sampled: z.int(),
})
/** Opens the subscribers' connections. */
export type ConnectCommand = z.infer<typeof connectCommand>

/** What a load generator is asked to do. */
export const generatorCommand = z.discriminatedUnion("do", [
  connectCommand,
  /** Begins a new observation; each subscriber has had so many messages since it subscribed. */
  z.object({ do: z.literal("forget"), messages: z.int() }),
  /** Ends it when each has so many. */
  z.object({ do: z.literal("drain"), messages: z.int() }),
])
/** A command to a load generator. */
export type GeneratorCommand = z.infer<typeof generatorCommand>

/** What a load generator saw. */
export const observation = z.object({
  /** Latencies of the sampled subscribers' messages. */
  latencies: z.array(z.tuple([z.number(), z.number()]).readonly()).readonly(),
  /** When the last of the sampled subscribers had the first message, in microseconds of the clock. */
  firstAt: z.number(),
  /** When the last message came to anybody. */
  lastAt: z.number(),
  /** How much of a core the generator itself used, 0 to 1. */
  cpuShare: z.number(),
})
/** What a load generator saw. */
export type Observation = z.infer<typeof observation>
