import { errors, ProtocolError, parseRawJson, type RawJson, shape } from "@instant-ws/protocol"
import type { PublishOptions, PublishResult, ServerApi } from "./server-api.js"

// The methods of the server API, named and shaped as Centrifugo's.

const { always, bool, int, list, map, message, optional, raw, string } = shape

const publication = {
  data: raw,
  b64data: string,
  tags: map(string),
  idempotency_key: string,
  skip_history: bool,
}
const PublishRequest = message({ channel: string, ...publication })
const BroadcastRequest = message({ channels: list(string), ...publication })
const UnsubscribeRequest = message({ user: string, channel: string, client: string })
const DisconnectRequest = message({
  user: string,
  client: string,
  disconnect: optional(message({ code: int, reason: string })),
})
const ChannelsRequest = message({ pattern: string })
const Empty = message({})

const PublishResultShape = message({ offset: int, epoch: string })
const ErrorShape = message({ code: int, message: string })
const Outcome = message({ error: optional(ErrorShape), result: optional(PublishResultShape) })
const BroadcastResult = message({ responses: always(list(Outcome)) })
const ChannelsResult = message({
  channels: always(map(message({ num_clients: int }))),
})
const NodeInfo = message({
  uid: string,
  name: string,
  version: string,
  num_clients: always(int),
  num_users: always(int),
  num_channels: always(int),
  num_subs: always(int),
})
const InfoResult = message({ nodes: always(list(NodeInfo)) })

/** One method of the server API: a request's JSON text in, its result's JSON text out. */
export type Method = (body: string) => Promise<string>

/** Who this node is. */
export interface NodeIdentity {
  readonly uid: string
  readonly name: string
  readonly version: string
}

/** The methods by name. Each throws ShapeError or SyntaxError for a bad body, else ProtocolError. */
export function apiMethods(api: ServerApi, identity: NodeIdentity): ReadonlyMap<string, Method> {
  const methods: Record<string, Method> = {
    async publish(body) {
      const request = shape.decode(PublishRequest, body)
      const result = await api.publish(request.channel, ...publicationOf(request))
      return PublishResultShape.encode(result ?? {})
    },
    async broadcast(body) {
      const { channels, ...request } = shape.decode(BroadcastRequest, body)
      if (channels.length === 0) throw new ProtocolError(errors.badRequest)
      const results = await api.broadcast(channels, ...publicationOf(request))
      return BroadcastResult.encode({ responses: results.map(outcome) })
    },
    async unsubscribe(body) {
      const { channel, ...target } = shape.decode(UnsubscribeRequest, body)
      await api.unsubscribe(target, channel)
      return "{}"
    },
    async disconnect(body) {
      const { disconnect, ...target } = shape.decode(DisconnectRequest, body)
      await api.disconnect(target, disconnect)
      return "{}"
    },
    async channels(body) {
      const { pattern } = shape.decode(ChannelsRequest, body)
      const counts = [...(await api.channels(pattern))]
      const channels = new Map(counts.map(([name, count]) => [name, { num_clients: count }]))
      return ChannelsResult.encode({ channels })
    },
    async info(body) {
      shape.decode(Empty, body)
      const { connections, users, channels, subscriptions } = api.stats()
      const node = {
        ...identity,
        num_clients: connections,
        num_users: users,
        num_channels: channels,
        num_subs: subscriptions,
      }
      return InfoResult.encode({ nodes: [node] })
    },
  }
  return new Map(Object.entries(methods))
}

type PublicationRequest = {
  readonly data: RawJson | undefined
  readonly b64data: string
  readonly tags: ReadonlyMap<string, string>
  readonly idempotency_key: string
  readonly skip_history: boolean
}

function publicationOf(request: PublicationRequest): [RawJson | undefined, PublishOptions] {
  const options = {
    tags: Object.fromEntries(request.tags),
    idempotencyKey: request.idempotency_key,
    skipHistory: request.skip_history,
  }
  return [request.b64data === "" ? request.data : fromBase64(request.b64data), options]
}

function fromBase64(text: string): RawJson {
  try {
    return parseRawJson(Buffer.from(text, "base64").toString())
  } catch (cause) {
    throw new ProtocolError(errors.badRequest, { cause })
  }
}

function outcome(result: PublishResult | ProtocolError) {
  if (result instanceof ProtocolError) {
    return { error: { code: result.code, message: result.message } }
  }
  return { result: result ?? {} }
}
