import { transportNames } from "./delivery/transport-name.js"
import type { Metrics, Sample } from "./metrics/metrics.js"
import { type Node, VERSION } from "./node.js"
import type { Sessions } from "./session/sessions.js"
import type { Admission } from "./transport/admission.js"

/** Who keeps account of connections. */
export interface Accounts {
  readonly sessions: Sessions
  readonly admission: Admission
}

/** Adds what an engine keeps account of anyway: it is read at each scrape. */
export function addTotals(metrics: Metrics, node: Node, accounts: Accounts): void {
  addMoment(metrics, node, accounts)
  addTraffic(metrics, node)
  addErrors(metrics, node)
}

function addMoment(
  metrics: Metrics,
  { hub, invalidations }: Node,
  { sessions, admission }: Accounts,
): void {
  const now = (name: string, help: string, read: () => number) =>
    metrics.gauge({ name: `centrifugo_node_${name}`, help, labels: [] }, () => [[{}, read()]])
  now("num_clients", "Clients that are connected.", () => sessions.connected)
  now("num_users", "Distinct users that are connected.", () => sessions.users)
  now("num_subscriptions", "Subscriptions.", () => hub.subscriptions)
  now("num_channels", "Channels with a subscription.", () => hub.channels)
  now("num_nodes", "Nodes that work together.", () => 1)
  const build = { name: "centrifugo_node_build", help: "Which version runs.", labels: ["version"] }
  metrics.gauge(build, () => [[{ version: VERSION }, 1]])
  metrics.gauge(
    {
      name: "instant_tokens_invalidated_users",
      help: "Users whose tokens up to some time are refused.",
      labels: [],
    },
    () => [[{}, invalidations.users]],
  )
  metrics.gauge(
    {
      name: "centrifugo_client_connections_inflight",
      help: "Clients that are connected, by transport.",
      labels: ["transport"],
    },
    () => byTransport(sessions),
  )
  metrics.gauge(
    { name: "instant_transport_waiting", help: "Handshakes that wait in a crowd.", labels: [] },
    () => [[{}, admission.waiting]],
  )
}

function addTraffic(metrics: Metrics, { hub, queues }: Node): void {
  const sent = (name: string, help: string, of: "messages" | "bytes") =>
    metrics.total({ name: `centrifugo_transport_${name}`, help, labels: ["transport"] }, () =>
      transportNames.map((transport) => [{ transport }, queues[transport].traffic[of]]),
    )
  sent("messages_sent", "Messages that were written to clients.", "messages")
  sent("messages_sent_size", "Their bytes, before compression and framing.", "bytes")
  metrics.total(
    {
      name: "instant_node_deliveries_total",
      help: "Publications that were handed to subscriptions.",
      labels: [],
    },
    () => [[{}, hub.deliveries]],
  )
}

function addErrors(metrics: Metrics, { disconnects, replyErrors }: Node): void {
  metrics.total(
    {
      name: "centrifugo_client_num_server_disconnects",
      help: "Connections that the server ended.",
      labels: ["code"],
    },
    () => [...disconnects.all].map(([code, count]) => [{ code }, count]),
  )
  metrics.total(
    {
      name: "centrifugo_client_num_reply_errors",
      help: "Commands that were answered with an error.",
      labels: ["method", "code"],
    },
    () => [...replyErrors.samples()].map(({ count, ...labels }) => [labels, count]),
  )
}

function byTransport(sessions: Sessions): Iterable<Sample<"transport">> {
  const counts = new Map<string, number>()
  for (const { state, transport } of sessions.open) {
    const { name } = transport
    if (state.phase === "connected") counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].map(([transport, count]) => [{ transport }, count])
}
