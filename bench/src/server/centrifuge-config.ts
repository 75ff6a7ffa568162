import { PING_INTERVAL } from "./peer.js"

/** The configuration of the servers that speak the Centrifuge protocol: all else is their default. */
export const centrifugeConfig = {
  client: {
    allow_anonymous_connect_without_token: true,
    ping_interval: `${PING_INTERVAL}ms`,
    // An overloaded step is to be measured and not cut off, as in servers whose queues have no bound.
    queue_max_size: 64 * 1024 * 1024,
  },
  channel: {
    without_namespace: { allow_subscribe_for_client: true, allow_subscribe_for_anonymous: true },
  },
}
