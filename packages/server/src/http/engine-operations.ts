import { z } from "zod"
import { refusal } from "../engine/engine-api.js"
import { channels, history, nothing, position, presence } from "../engine/remote-engine.js"
import type { Operation, Operations } from "./operation.js"
import { refusals } from "./refusals.js"

const channel = z.object({ channel: z.string() })
const target = z.object({
  user: z.string(),
  client: z.string().optional(),
  session: z.string().optional(),
})
const publication = z.object({
  data: z.unknown(),
  idempotency_key: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  skip_history: z.boolean().optional(),
})
const outcome = z.union([z.object({ error: refusal }), z.object({ result: position })])

/** What a site uses of the engine's HTTP API, which is Centrifugo's and has more; `invalidate` is ours. */
export const engineOperations: Operations = {
  ...method("publish", {
    summary: "Publishes data to a channel",
    body: channel.extend(publication.shape),
    result: position,
  }),
  ...method("broadcast", {
    summary: "Publishes the same data to several channels",
    body: publication.extend({ channels: z.array(z.string()) }),
    result: z.object({ responses: z.array(outcome) }),
  }),
  ...method("presence", { summary: "Who is in a channel", body: channel, result: presence }),
  ...method("presence_stats", {
    summary: "How many are in a channel",
    body: channel,
    result: z.object({ num_clients: z.int(), num_users: z.int() }),
  }),
  ...method("history", {
    summary: "What a channel keeps; without a limit its position alone",
    body: channel.extend({
      limit: z.int().optional(),
      since: position.optional(),
      reverse: z.boolean().optional(),
    }),
    result: history,
  }),
  ...method("history_remove", {
    summary: "Forgets what a channel keeps",
    body: channel,
    result: nothing,
  }),
  ...method("channels", {
    summary: "The channels that somebody is subscribed to",
    body: z.object({ pattern: z.string().optional() }),
    result: channels,
  }),
  ...method("unsubscribe", {
    summary: "Ends the subscription of a user's connections",
    body: target.extend(channel.shape),
    result: nothing,
  }),
  ...method("disconnect", {
    summary: "Ends a user's connections",
    body: target.extend({ whitelist: z.array(z.string()).optional() }),
    result: nothing,
  }),
  ...method("invalidate", {
    summary: "Refuses the tokens that a user has",
    body: z.object({
      user: z.string(),
      issued_before: z.number().optional(),
      expire_at: z.number().optional(),
    }),
    result: nothing,
  }),
  ...method("info", {
    summary: "The engine's nodes, and what they hold",
    body: z.object({}),
    result: z.object({ nodes: z.array(z.object({ name: z.string() })) }),
  }),
}

interface Method {
  readonly summary: string
  readonly body: z.ZodType
  readonly result: z.ZodType
}

function method(name: string, { summary, body, result }: Method): Operations {
  const post: Operation = {
    summary,
    needs: ["apiKey"],
    body,
    answers: {
      200: z.union([z.strictObject({ error: refusal }), z.strictObject({ result })]),
      400: "text",
      401: "nothing",
    },
    refusals: [refusals.tooLarge, refusals.closing, refusals.internal],
  }
  return { [`/instant/api/${name}`]: { post } }
}
