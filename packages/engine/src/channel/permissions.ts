import type { Channel, ChannelOptions } from "./options.js"

/** Who asks: empty is an anonymous visitor. */
export interface Asker {
  readonly user: string
  /** Whether this connection is subscribed to the channel. */
  readonly isSubscribed: boolean
  /** `client.insecure`: permissions are off. */
  readonly insecure: boolean
}

/** Whether a client may subscribe to a channel without a token for it. */
export function maySubscribe({ name, options }: Channel, asker: Asker): boolean {
  if (name.isPrivate) return false
  if (asker.insecure) return true
  if (name.users !== undefined && options.allow_user_limited_channels) {
    return name.users.includes(asker.user)
  }
  return mayAs("subscribe", options, asker)
}

/** Whether a client may publish to a channel, or read its history or who is in it. */
export function may(
  action: "publish" | "history" | "presence",
  { options }: Channel,
  asker: Asker,
): boolean {
  if (asker.insecure) return true
  const isAllowed = options[`allow_${action}_for_subscriber`] && asker.isSubscribed
  return isAllowed || mayAs(action, options, asker)
}

/** What an anonymous visitor may doesn't follow from what users may, nor the other way round. */
function mayAs(
  action: "subscribe" | "publish" | "history" | "presence",
  options: ChannelOptions,
  { user }: Asker,
): boolean {
  return options[`allow_${action}_for_${user === "" ? "anonymous" : "client"}`]
}
