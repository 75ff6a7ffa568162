import type { Command, Pong, SubscribeResult } from "@instant-ws/protocol"
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client"
import type { EngineConfig } from "../config/schema.js"
import type { TransportName } from "../delivery/transport-name.js"
import type { Refusal } from "./refusal.js"

/** A figure: its name, what it means, and what it is told apart by. */
export interface Figure<Label extends string> {
  readonly name: string
  readonly help: string
  readonly labels: readonly Label[]
}

/** A value of a figure, and the labels that it is for. */
export type Sample<Label extends string> = readonly [
  labels: Partial<Record<Label, string | number>>,
  value: number,
]

/**
 * What happens in an engine, counted for Prometheus, with a line where it happens. What others count
 * anyway is read at each scrape, and costs nothing in between. docs/metrics.md says what each figure
 * means.
 */
export class Metrics {
  readonly #registry = new Registry()
  readonly #recovered: Histogram | undefined
  readonly #recoveries = counter(this.#registry, {
    name: "centrifugo_client_recover",
    help: "Subscriptions that asked for what they missed, by whether they got it.",
    labels: ["recovered", "has_recovered_publications"],
  })
  readonly #proxyDuration = histogram(this.#registry, API_BUCKETS, {
    name: "centrifugo_proxy_duration_seconds_histogram",
    help: "How long proxies took to answer.",
    labels: PROXY_LABELS,
  })
  readonly #proxyInflight = new Gauge({
    ...given(this.#registry, {
      name: "centrifugo_proxy_inflight_requests",
      help: "Questions that proxies haven't answered yet.",
      labels: PROXY_LABELS,
    }),
  })
  readonly #received = counter(this.#registry, {
    name: "centrifugo_transport_messages_received",
    help: "Commands and pongs that clients sent.",
    labels: ["transport", "frame_type"],
  })

  readonly #accepted = counter(this.#registry, {
    name: "centrifugo_client_connections_accepted",
    help: "Clients that were let in.",
    labels: ["transport"],
  })
  readonly #refused = counter(this.#registry, {
    name: "instant_transport_refused_total",
    help: "Connections that were refused before they began.",
    labels: ["reason"],
  })
  readonly #limited = counter(this.#registry, {
    name: "centrifugo_node_client_connection_limit",
    help: "Connections that were refused as there were client.connection_limit of them.",
    labels: [],
  })

  readonly actions = counter(this.#registry, {
    name: "centrifugo_node_action_count",
    help: "What this node did with clients, subscriptions, presence and history.",
    labels: ["action"],
  })
  readonly unsubscribes = counter(this.#registry, {
    name: "centrifugo_client_num_server_unsubscribes",
    help: "Subscriptions that the server ended.",
    labels: ["code"],
  })
  readonly commandDuration = histogram(this.#registry, COMMAND_BUCKETS, {
    name: "centrifugo_client_command_duration_seconds_histogram",
    help: "How long clients' commands took.",
    labels: ["method"],
  })
  readonly apiDuration = histogram(this.#registry, API_BUCKETS, {
    name: "centrifugo_api_command_duration_seconds_histogram",
    help: "How long calls of the server API took.",
    labels: ["protocol", "method"],
  })
  readonly apiErrors = counter(this.#registry, {
    name: "centrifugo_api_command_errors_total",
    help: "Calls of the server API that were answered with an error.",
    labels: ["protocol", "method", "error"],
  })
  readonly proxyErrors = counter(this.#registry, {
    name: "centrifugo_proxy_errors",
    help: "Questions to proxies that weren't answered, or with what makes no sense.",
    labels: PROXY_LABELS,
  })
  readonly badFrames = counter(this.#registry, {
    name: "instant_transport_bad_frames_total",
    help: "What clients sent that can't be read.",
    labels: ["transport"],
  })

  constructor({ recovered_publications_histogram }: EngineConfig["prometheus"]) {
    collectDefaultMetrics({ register: this.#registry })
    if (recovered_publications_histogram) {
      this.#recovered = histogram(this.#registry, RECOVERY_BUCKETS, {
        name: "centrifugo_client_recovered_publications",
        help: "Publications that a recovery brought.",
        labels: [],
      })
    }
  }

  /** Everything in Prometheus's text format, version 0.0.4. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }

  /** The media type of {@link text}. */
  get contentType(): string {
    return this.#registry.contentType
  }

  /** A connection was refused. */
  refuse(reason: Refusal): void {
    this.#refused.inc({ reason })
    if (reason === "connection_limit") this.#limited.inc()
  }

  /** A client was let in. */
  letIn(transport: TransportName): void {
    this.#accepted.inc({ transport })
    this.actions.inc({ action: "add_client" })
  }

  /** A client has sent a command or a pong. */
  heard(transport: TransportName, { method }: Command | Pong): void {
    this.#received.inc({ transport, frame_type: method === "pong" ? "client_pong" : method })
  }

  /** A proxy is asked; what is returned is to be called when it has answered, or failed to. */
  asking(labels: Record<ProxyLabel, string>): () => void {
    const end = this.#proxyDuration.startTimer(labels)
    this.#proxyInflight.inc(labels)
    return () => {
      this.#proxyInflight.dec(labels)
      end()
    }
  }

  /** A subscription was answered; counts it when it asked for what it missed. */
  recovered(result: SubscribeResult, publications: number): void {
    const { recoverable = false, was_recovering = false, recovered = false } = result
    if (!recoverable || !was_recovering) return
    const has_recovered_publications = publications > 0 ? "yes" : "no"
    this.#recoveries.inc({ recovered: recovered ? "yes" : "no", has_recovered_publications })
    if (recovered) this.#recovered?.observe(publications)
  }

  /** Adds the count of HTTP requests, which is kept only where it is asked for. */
  httpRequests(): Counter<"path" | "method" | "status"> {
    return counter(this.#registry, {
      name: "centrifugo_node_incoming_http_requests_total",
      help: "HTTP requests that were answered.",
      labels: ["path", "method", "status"],
    })
  }

  /** Adds a count since the start that is kept elsewhere, read at each scrape. */
  total<Label extends string>(figure: Figure<Label>, read: () => Iterable<Sample<Label>>): void {
    const total = counter(this.#registry, figure, () => {
      total.reset()
      for (const [labels, value] of read()) total.inc(labels, value)
    })
  }

  /** Adds a figure of the moment that is kept elsewhere, read at each scrape. */
  gauge<Label extends string>(figure: Figure<Label>, read: () => Iterable<Sample<Label>>): void {
    const gauge: Gauge<Label> = new Gauge({
      ...given(this.#registry, figure),
      collect() {
        gauge.reset()
        for (const [labels, value] of read()) gauge.set(labels, value)
      },
    })
  }
}

const PROXY_LABELS = ["protocol", "type", "name"] as const
type ProxyLabel = (typeof PROXY_LABELS)[number]
// In seconds; the API's are the defaults of Prometheus.
const COMMAND_BUCKETS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]
const API_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const RECOVERY_BUCKETS = [0, 1, 2, 3, 5, 10, 20, 50, 100, 250, 500, 1000, 2000, 5000, 10_000]

function given<Label extends string>(registry: Registry, { name, help, labels }: Figure<Label>) {
  return { name, help, labelNames: labels, registers: [registry] }
}

function counter<Label extends string>(
  registry: Registry,
  figure: Figure<Label>,
  collect?: () => void,
): Counter<Label> {
  return new Counter({ ...given(registry, figure), ...(collect && { collect }) })
}

function histogram<Label extends string>(
  registry: Registry,
  buckets: readonly number[],
  figure: Figure<Label>,
): Histogram<Label> {
  return new Histogram({ ...given(registry, figure), buckets: [...buckets] })
}
