import { z } from "zod"
import { dialectName } from "./dialect.js"

const connectCommand = z.object({
  do: z.literal("connect"),
  port: z.int(),
  dialect: dialectName,
  subscribers: z.int(),
  /** How many subscribers others have before these: it tells which channel is whose. */
  before: z.int(),
  /** The subscribers take so many channels in turn. */
  channels: z.int(),
  /** How many of the subscribers are sampled for latency and order. */
  sampled: z.int(),
  /** Whether messages that overtake each other are a failure. */
  ordered: z.boolean(),
})
/** Opens the subscribers' connections. */
export type ConnectCommand = z.infer<typeof connectCommand>

/** What a load generator is asked to do. */
export const generatorCommand = z.discriminatedUnion("do", [
  connectCommand,
  /** Begins a new observation; so many publications went to the channels, in turn, before it. */
  z.object({ do: z.literal("forget"), publications: z.int() }),
  /** Ends it when each subscriber has its part of so many. */
  z.object({ do: z.literal("drain"), publications: z.int() }),
])
/** A command to a load generator. */
export type GeneratorCommand = z.infer<typeof generatorCommand>

/** Latencies as a histogram tells them. */
export const latencyEntries = z.array(z.tuple([z.number(), z.number()]).readonly()).readonly()

/** What a load generator saw. */
export const observation = z.object({
  /** Latencies of the sampled subscribers' messages. */
  latencies: latencyEntries,
  /** When the last of the sampled subscribers had its first message, in microseconds of the clock. */
  firstAt: z.number(),
  /** When the last message came to anybody. */
  lastAt: z.number(),
  /** How much of a core the generator itself used, 0 to 1. */
  cpuShare: z.number(),
})
/** What a load generator saw. */
export type Observation = z.infer<typeof observation>
