import { ClientInfo, grantFields, Publication, shape } from "@instant-ws/protocol"

// What the methods of the server API ask and answer, named and shaped as Centrifugo's; `invalidate` is ours.

const { always, bool, double, int, jsonMessage, list, map, optional, payload, signed, string } =
  shape

const Empty = jsonMessage({})
const Position = jsonMessage({ offset: int, epoch: string })
const publication = {
  data: payload,
  b64data: string,
  tags: map(string),
  idempotency_key: string,
  skip_history: bool,
  delta: bool,
  version: int,
  version_epoch: string,
} as const

/** The requests by method. */
export const requests = {
  publish: jsonMessage({ channel: string, ...publication }),
  broadcast: jsonMessage({ channels: list(string), ...publication }),
  subscribe: jsonMessage({
    user: string,
    channel: string,
    client: string,
    session: string,
    ...grantFields,
    expire_at: int,
    recover_since: optional(Position),
  }),
  unsubscribe: jsonMessage({ user: string, channel: string, client: string, session: string }),
  disconnect: jsonMessage({
    user: string,
    client: string,
    session: string,
    whitelist: list(string),
    disconnect: optional(jsonMessage({ code: int, reason: string })),
  }),
  refresh: jsonMessage({
    user: string,
    client: string,
    session: string,
    expired: bool,
    expire_at: int,
    info: payload,
    b64info: string,
  }),
  invalidate: jsonMessage({ user: string, issued_before: double, expire_at: double }),
  presence: jsonMessage({ channel: string }),
  presence_stats: jsonMessage({ channel: string }),
  history: jsonMessage({
    channel: string,
    limit: signed,
    since: optional(Position),
    reverse: bool,
  }),
  history_remove: jsonMessage({ channel: string }),
  channels: jsonMessage({ pattern: string }),
  info: Empty,
  rpc: jsonMessage({ method: string, params: payload }),
} as const

const Outcome = jsonMessage({
  error: optional(jsonMessage({ code: int, message: string })),
  result: optional(Position),
})
const NodeInfo = jsonMessage({
  uid: string,
  name: string,
  version: string,
  num_clients: always(int),
  num_users: always(int),
  num_channels: always(int),
  num_subs: always(int),
  uptime: int,
})

/** The results by method. */
export const results = {
  publish: Position,
  broadcast: jsonMessage({ responses: always(list(Outcome)) }),
  subscribe: Empty,
  unsubscribe: Empty,
  disconnect: Empty,
  refresh: Empty,
  invalidate: Empty,
  presence: jsonMessage({ presence: always(map(ClientInfo)) }),
  presence_stats: jsonMessage({ num_clients: always(int), num_users: always(int) }),
  history: jsonMessage({
    publications: always(list(Publication)),
    epoch: string,
    offset: always(int),
  }),
  history_remove: Empty,
  channels: jsonMessage({ channels: always(map(jsonMessage({ num_clients: int }))) }),
  info: jsonMessage({ nodes: always(list(NodeInfo)) }),
  rpc: jsonMessage({ data: payload }),
} as const

/** The name of a method. */
export type ApiMethod = keyof typeof requests
/** What a method is asked. */
export type ApiRequest<M extends ApiMethod> = shape.ReadAs<(typeof requests)[M]>
/** What a method answers. */
export type ApiResult<M extends ApiMethod> = shape.WrittenAs<(typeof results)[M]>
