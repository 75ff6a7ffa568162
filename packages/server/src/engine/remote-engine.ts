import type { PublishResult } from "@instant-ws/engine"
import type { ProtocolError } from "@instant-ws/protocol"
import { z } from "zod"
import { type ApiAddress, EngineApi, refusal, refused, UnknownMethod } from "./engine-api.js"
import { EngineError } from "./engine-error.js"
import type { EngineLink, Publication } from "./engine-link.js"

/** The most publications of one request. */
const MOST_AT_ONCE = 1_000

/** What most methods result in. */
export const nothing = z.object({})
/** Where a channel stands; without history it has no position. */
export const position = z.object({ offset: z.int().default(0), epoch: z.string().default("") })
/** An answer of `batch` to publications: a reply for each, in order. */
const replies = z.object({
  replies: z.array(z.union([z.object({ error: refusal }), z.object({ publish: position })])),
})
/** Who is in a channel, by connection. */
export const presence = z.object({
  presence: z.record(z.string(), z.object({ client: z.string(), user: z.string().default("") })),
})
/** What a channel keeps. */
export const history = position.extend({
  publications: z.array(z.object({ offset: z.int().default(0), data: z.unknown() })).default([]),
})
/** How many are subscribed to each channel. */
export const channels = z.object({
  channels: z.record(z.string(), z.object({ num_clients: z.int().default(0) })),
})

/**
 * The link to an engine elsewhere, ours or Centrifugo v6, by its HTTP API.
 * @param tokenLifetime In seconds.
 */
export function remoteEngine(address: ApiAddress, tokenLifetime: number): EngineLink {
  const api = new EngineApi(address)
  return {
    embedded: undefined,
    // Whether it is there is seen at the first call: a site starts without its engine too.
    ready: Promise.resolve(),
    publish: async (publication) =>
      positionOf(await api.ask("publish", requestOf(publication), position)),
    async publishMany(publications) {
      const results: (PublishResult | ProtocolError)[] = []
      for (let at = 0; at < publications.length; at += MOST_AT_ONCE) {
        results.push(...(await publishBatch(api, publications.slice(at, at + MOST_AT_ONCE))))
      }
      return results
    },
    presence: async (channel) =>
      Object.values((await api.ask("presence", { channel }, presence)).presence),
    async history(channel, { limit = -1, since, reverse = false } = {}) {
      const part = await api.ask("history", { channel, limit, since, reverse }, history)
      const { publications, offset, epoch } = part
      return { publications, position: { offset, epoch } }
    },
    async channels() {
      const counts = Object.entries((await api.ask("channels", {}, channels)).channels)
      return new Map(counts.map(([name, { num_clients }]) => [name, num_clients]))
    },
    async unsubscribe(target, channel) {
      await api.ask("unsubscribe", { ...target, channel }, nothing)
    },
    async disconnect(target) {
      await api.ask("disconnect", target, nothing)
    },
    async takeBack(revocation) {
      if (revocation.kind === "channel") return
      const at = revocation.at / 1000
      const request = { user: revocation.user, issued_before: at, expire_at: at + tokenLifetime }
      try {
        await api.ask("invalidate", request, nothing)
      } catch (error) {
        if (!(error instanceof UnknownMethod)) throw error
      }
    },
    async answers() {
      await api.ask("info", {}, nothing)
    },
    close: async () => {},
  }
}

async function publishBatch(
  api: EngineApi,
  publications: readonly Publication[],
): Promise<readonly (PublishResult | ProtocolError)[]> {
  const commands = publications.map((publication) => ({ publish: requestOf(publication) }))
  const answer = await api.askBare("batch", { commands }, replies)
  if (answer.replies.length !== commands.length) {
    throw new EngineError("bad_answer", "The engine does not answer each command of a batch")
  }
  return answer.replies.map((reply) => {
    if ("error" in reply) return refused(reply.error)
    return positionOf(reply.publish)
  })
}

function requestOf({ channel, data, idempotencyKey }: Publication) {
  return {
    channel,
    data,
    ...(idempotencyKey !== undefined && { idempotency_key: idempotencyKey }),
  }
}

/** A channel without history has no position. */
function positionOf({ offset, epoch }: z.output<typeof position>): PublishResult {
  return epoch === "" ? undefined : { offset, epoch }
}
