import { errors, overrideOf, type Payload, ProtocolError } from "@instant-ws/protocol"
import { payloadOf } from "../backend/payload-of.js"
import type { ConnectionTarget } from "./connections.js"
import type { PublishOptions, PublishResult, ServerApi } from "./server-api.js"
import type { ApiMethod, ApiRequest, ApiResult } from "./shapes.js"

/** Who this node is. */
export interface NodeIdentity {
  readonly uid: string
  readonly name: string
  readonly version: string
  /** Unix time in milliseconds. */
  readonly startedAt: number
}

/** What the methods of the server API do. Each throws ProtocolError to refuse. */
export type ApiMethods = {
  readonly [M in ApiMethod]: (request: ApiRequest<M>) => Promise<ApiResult<M>>
}

/** The methods of the server API, as calls of what the engine can do. */
export function apiMethods(api: ServerApi, identity: NodeIdentity): ApiMethods {
  return {
    publish: async (request) =>
      (await api.publish(request.channel, dataOf(request), optionsOf(request))) ?? {},
    async broadcast(request) {
      if (request.channels.length === 0) throw new ProtocolError(errors.badRequest)
      const all = await api.broadcast(request.channels, dataOf(request), optionsOf(request))
      return { responses: all.map(outcome) }
    },
    async subscribe({ channel, override, recover_since, expire_at, ...request }) {
      await api.connections.subscribe(targetOf(request), channel, {
        info: payloadOf(request.info, request.b64info),
        data: payloadOf(request.data, request.b64data),
        expireAt: expire_at === 0 ? undefined : expire_at,
        recoverSince: recover_since,
        override: overrideOf(override),
      })
      return {}
    },
    async unsubscribe({ channel, ...request }) {
      await api.connections.unsubscribe(targetOf(request), channel)
      return {}
    },
    async disconnect({ disconnect, whitelist, ...request }) {
      await api.connections.disconnect({ ...targetOf(request), whitelist }, disconnect)
      return {}
    },
    async refresh({ expired, expire_at, ...request }) {
      const info = payloadOf(request.info, request.b64info)
      const expireAt = expire_at === 0 ? undefined : expire_at
      await api.connections.refresh(targetOf(request), { expired, expireAt, info })
      return {}
    },
    async invalidate({ user, issued_before, expire_at }) {
      await api.invalidate(user, {
        issuedBefore: issued_before === 0 ? undefined : issued_before,
        expireAt: expire_at === 0 ? undefined : expire_at,
      })
      return {}
    },
    presence: async ({ channel }) => ({ presence: await api.presence(channel) }),
    async presence_stats({ channel }) {
      const { clients, users } = await api.presenceStats(channel)
      return { num_clients: clients, num_users: users }
    },
    async history({ channel, limit, since, reverse }) {
      const options = { limit, reverse, ...(since && { since }) }
      const { publications, position } = await api.history(channel, options)
      return { publications, ...position }
    },
    async history_remove({ channel }) {
      await api.removeHistory(channel)
      return {}
    },
    async channels({ pattern }) {
      const counts = [...(await api.channels(pattern))]
      return { channels: new Map(counts.map(([name, count]) => [name, { num_clients: count }])) }
    },
    info: async () => ({ nodes: [nodeInfo(api, identity)] }),
    async rpc({ method }) {
      throw new ProtocolError(method === "" ? errors.badRequest : errors.notFound)
    },
  }
}

function nodeInfo(api: ServerApi, { startedAt, ...identity }: NodeIdentity) {
  const { connections, users, channels, subscriptions } = api.stats()
  return {
    ...identity,
    num_clients: connections,
    num_users: users,
    num_channels: channels,
    num_subs: subscriptions,
    uptime: Math.floor((Date.now() - startedAt) / 1000),
  }
}

type PublicationRequest = Omit<ApiRequest<"publish">, "channel">

function dataOf({ data, b64data }: PublicationRequest): Payload | undefined {
  return payloadOf(data, b64data)
}

function optionsOf(request: PublicationRequest): PublishOptions {
  return {
    ...(request.tags.size > 0 && { tags: Object.fromEntries(request.tags) }),
    idempotencyKey: request.idempotency_key,
    skipHistory: request.skip_history,
    version: request.version,
    versionEpoch: request.version_epoch,
    ...(request.delta && { delta: true }),
  }
}

function targetOf({
  user,
  client,
  session,
}: Omit<Required<ConnectionTarget>, "whitelist">): ConnectionTarget {
  return { user, client, session }
}

function outcome(result: PublishResult | ProtocolError) {
  return result instanceof ProtocolError ? { error: result } : { result: result ?? {} }
}
