import type { ClientInfo } from "@instant-ws/protocol"
import type {
  Broker,
  BrokerListener,
  BrokerPublication,
  BrokerResult,
  HistoryFilter,
  StreamPart,
} from "../broker/broker.js"
import type { Metrics, Sample } from "./metrics.js"

/** A broker that counts what goes through it. */
export class CountedBroker implements Broker {
  readonly #broker: Broker
  readonly #metrics: Metrics
  // Plain numbers, as every publication passes here twice.
  readonly #sent = { publication: 0, join: 0, leave: 0 }
  readonly #received = { publication: 0, join: 0, leave: 0 }

  constructor(broker: Broker, metrics: Metrics) {
    this.#broker = broker
    this.#metrics = metrics
    metrics.total(
      {
        name: "centrifugo_node_messages_sent_count",
        help: "Messages that this node gave to the broker.",
        labels: ["type"],
      },
      () => byType(this.#sent),
    )
    metrics.total(
      {
        name: "centrifugo_node_messages_received_count",
        help: "Messages that the broker gave to this node.",
        labels: ["type"],
      },
      () => byType(this.#received),
    )
    metrics.gauge(
      {
        name: "instant_broker_waiting",
        help: "Publications and questions that wait to be written.",
        labels: [],
      },
      () => [[{}, broker.waiting]],
    )
  }

  get ready(): Promise<void> {
    return this.#broker.ready
  }

  get waiting(): number {
    return this.#broker.waiting
  }

  listen(listener: BrokerListener): void {
    const received = this.#received
    this.#broker.listen({
      onPublication(channel, publication, origin) {
        received.publication++
        listener.onPublication(channel, publication, origin)
      },
      onJoin(channel, client) {
        received.join++
        listener.onJoin(channel, client)
      },
      onLeave(channel, client) {
        received.leave++
        listener.onLeave(channel, client)
      },
      isSubscribed: (channel) => listener.isSubscribed(channel),
    })
  }

  publish(channel: string, publication: BrokerPublication): Promise<BrokerResult> {
    this.#sent.publication++
    return this.#broker.publish(channel, publication)
  }

  publishJoin(channel: string, client: ClientInfo): Promise<void> {
    this.#sent.join++
    return this.#broker.publishJoin(channel, client)
  }

  publishLeave(channel: string, client: ClientInfo): Promise<void> {
    this.#sent.leave++
    return this.#broker.publishLeave(channel, client)
  }

  history(channel: string, filter: HistoryFilter): Promise<StreamPart> {
    this.#metrics.actions.inc({ action: "history" })
    return this.#broker.history(channel, filter)
  }

  removeHistory(channel: string): Promise<void> {
    this.#metrics.actions.inc({ action: "history_remove" })
    return this.#broker.removeHistory(channel)
  }

  close(): Promise<void> {
    return this.#broker.close()
  }
}

function byType(counts: Readonly<Record<string, number>>): Sample<"type">[] {
  return Object.entries(counts).map(([type, count]) => [{ type }, count])
}
