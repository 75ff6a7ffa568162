import { errors, type Payload, ProtocolError, parseRawJson, shape } from "@instant-ws/protocol"
import type { PublishOptions, PublishResult, ServerApi } from "./server-api.js"

// The methods of the server API, named and shaped as Centrifugo's.

const { always, bool, int, list, map, jsonMessage, optional, payload, string } = shape

const publication = {
  data: payload,
  b64data: string,
  tags: map(string),
  idempotency_key: string,
  skip_history: bool,
} as const
const PublishRequest = jsonMessage({ channel: string, ...publication })
const BroadcastRequest = jsonMessage({ channels: list(string), ...publication })
const UnsubscribeRequest = jsonMessage({ channel: string, user: string, client: string })
const DisconnectRequest = jsonMessage({
  user: string,
  disconnect: optional(jsonMessage({ code: int, reason: string })),
  client: string,
})
const ChannelsRequest = jsonMessage({ pattern: string })
const Empty = jsonMessage({})

const PublishResultShape = jsonMessage({ offset: int, epoch: string })
const ErrorShape = jsonMessage({ code: int, message: string })
const Outcome = jsonMessage({
  error: optional(ErrorShape),
  result: optional(PublishResultShape),
})
const BroadcastResult = jsonMessage({ responses: always(list(Outcome)) })
const ChannelsResult = jsonMessage({
  channels: always(map(jsonMessage({ num_clients: int }))),
})
const NodeInfo = jsonMessage({
  uid: string,
  name: string,
  version: string,
  num_clients: always(int),
  num_users: always(int),
  num_channels: always(int),
  num_subs: always(int),
})
const InfoResult = jsonMessage({ nodes: always(list(NodeInfo)) })

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
  readonly data: Payload | undefined
  readonly b64data: string
  readonly tags: ReadonlyMap<string, string>
  readonly idempotency_key: string
  readonly skip_history: boolean
}

function publicationOf(request: PublicationRequest): [Payload | undefined, PublishOptions] {
  const options = {
    tags: Object.fromEntries(request.tags),
    idempotencyKey: request.idempotency_key,
    skipHistory: request.skip_history,
  }
  return [request.b64data === "" ? request.data : fromBase64(request.b64data), options]
}

function fromBase64(text: string): Payload {
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
