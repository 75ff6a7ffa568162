import type { Asker } from "../channel/permissions.js"
import type { Session } from "./session.js"

/** A session as one who wants something of a channel. @throws DisconnectError 3501 when nobody is connected. */
export function askerOf({ identity, subscriptions, node }: Session, channel: string): Asker {
  return {
    user: identity.user,
    isSubscribed: subscriptions.has(channel),
    insecure: node.config.client.insecure,
  }
}
