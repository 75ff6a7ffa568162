import type { Channel } from "./options.js"

/** Who asks: empty is an anonymous visitor. */
export interface Asker {
  readonly user: string
  /** Whether this connection is subscribed to the channel. */
  readonly isSubscribed: boolean
  /** `client.insecure`: permissions are off. */
  readonly insecure: boolean
}

type Action = "subscribe" | "publish" | "history" | "presence"

/** Whether a client may subscribe to a channel without a token for it. */
export function maySubscribe({ name, options }: Channel, asker: Asker): boolean {
  if (name.isPrivate) return false
  if (asker.insecure) return true
  if (name.users !== undefined && options.allow_user_limited_channels) {
    return name.users.includes(asker.user)
  }
  return isAllowed("subscribe", options.allow_subscribe_for_client, { options, asker })
}

/** Whether a client may publish to a channel. */
export function mayPublish({ options }: Channel, asker: Asker): boolean {
  if (asker.insecure) return true
  if (options.allow_publish_for_subscriber && asker.isSubscribed) return true
  return isAllowed("publish", options.allow_publish_for_client, { options, asker })
}

/** Whether a client may read the history of a channel. */
export function mayReadHistory({ options }: Channel, asker: Asker): boolean {
  if (asker.insecure) return true
  if (options.allow_history_for_subscriber && asker.isSubscribed) return true
  return isAllowed("history", options.allow_history_for_client, { options, asker })
}

/** Whether a client may see who is in a channel. */
export function mayReadPresence({ options }: Channel, asker: Asker): boolean {
  if (asker.insecure) return true
  if (options.allow_presence_for_subscriber && asker.isSubscribed) return true
  return isAllowed("presence", options.allow_presence_for_client, { options, asker })
}

function isAllowed(
  action: Action,
  forClient: boolean,
  { options, asker }: { readonly options: Channel["options"]; readonly asker: Asker },
): boolean {
  return asker.user === "" ? options[`allow_${action}_for_anonymous`] : forClient
}
