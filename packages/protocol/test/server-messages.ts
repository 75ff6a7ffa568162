import fc from "fast-check"
import {
  type Payload,
  type Push,
  parseRawJson,
  ping,
  type Reply,
  type ServerMessage,
} from "../src/index.js"

/** Any whole number that a message may hold. */
const whole = fc.oneof(fc.nat(100), fc.maxSafeNat())
const text = fc.string({ unit: "binary", maxLength: 20 })
/** JSON as those send it who speak JSON, broken over lines or not, or those who speak Protobuf. */
const payload: fc.Arbitrary<Payload> = fc
  .tuple(fc.jsonValue(), fc.constantFrom(undefined, 1), fc.boolean())
  .map(([value, indent, isBinary]) => {
    const json = JSON.stringify(value, undefined, indent)
    return isBinary ? Buffer.from(json) : parseRawJson(json)
  })

const optional: { requiredKeys: [] } = { requiredKeys: [] }
const few = { maxLength: 3 } as const
const mapOf = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<ReadonlyMap<string, T>> =>
  fc.array(fc.tuple(text, value), few).map((entries) => new Map(entries))

const clientInfo = fc.record(
  { user: text, client: text, conn_info: payload, chan_info: payload },
  { requiredKeys: ["user", "client"] },
)
const publication = fc.record(
  {
    data: payload,
    info: clientInfo,
    offset: whole,
    tags: mapOf(text),
    delta: fc.boolean(),
    time: whole,
    channel: text,
    epoch: text,
    version: whole,
  },
  optional,
)
const expiry = fc.record({ expires: fc.boolean(), ttl: whole }, optional)
const stream = { recoverable: fc.boolean(), positioned: fc.boolean(), epoch: text, offset: whole }
const subscribeResult = fc.record(
  {
    ...stream,
    expires: fc.boolean(),
    ttl: whole,
    publications: fc.array(publication, few),
    recovered: fc.boolean(),
    data: payload,
    was_recovering: fc.boolean(),
    delta: fc.boolean(),
  },
  optional,
)
const connectResult = fc.record(
  {
    client: text,
    version: text,
    expires: fc.boolean(),
    ttl: whole,
    data: payload,
    subs: mapOf(subscribeResult),
    ping: whole,
    pong: fc.boolean(),
    session: text,
    node: text,
    time: whole,
  },
  optional,
)
const reason = fc.record({ code: whole, reason: text })
const data = fc.record({ data: payload }, optional)
const empty = fc.constant({})

const id = whole
/** Every reply of the protocol. */
const reply: fc.Arbitrary<Reply> = fc.oneof(
  fc.record({
    id,
    error: fc.record({ code: whole, message: text, temporary: fc.boolean() }),
  }),
  fc.record({ id, connect: connectResult }),
  fc.record({ id, subscribe: subscribeResult }),
  fc.record({ id, unsubscribe: empty }),
  fc.record({ id, publish: empty }),
  fc.record({ id, presence: fc.record({ presence: mapOf(clientInfo) }) }),
  fc.record({ id, presence_stats: fc.record({ num_clients: whole, num_users: whole }) }),
  fc.record({
    id,
    history: fc.record({
      publications: fc.array(publication, few),
      epoch: text,
      offset: whole,
    }),
  }),
  fc.record({ id, rpc: data }),
  fc.record({ id, refresh: expiry }),
  fc.record({ id, sub_refresh: expiry }),
)

const channel = text
/** Every push of the protocol. */
const push: fc.Arbitrary<Push> = fc.oneof(
  fc.record({ channel, pub: publication }),
  fc.record({ channel, join: fc.record({ info: clientInfo }) }),
  fc.record({ channel, leave: fc.record({ info: clientInfo }) }),
  fc.record({ channel, subscribe: fc.record({ ...stream, data: payload }, optional) }),
  fc.record({ channel, unsubscribe: reason }, { requiredKeys: ["unsubscribe"] }),
  fc.record({ message: data }),
  fc.record({ connect: connectResult }),
  fc.record({ refresh: expiry }),
  fc.record({ disconnect: reason }),
)

/** Everything that a server may say. */
export const serverMessages: fc.Arbitrary<ServerMessage> = fc.oneof(
  { arbitrary: reply, weight: 11 },
  { arbitrary: fc.record({ push }), weight: 9 },
  { arbitrary: fc.constant(ping), weight: 1 },
)
