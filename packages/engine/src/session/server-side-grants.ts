import type { ConnectingResult, ConnectingSubscription } from "../backend/hooks.js"
import { overridden } from "../channel/options.js"
import type { Identity, Session } from "./session.js"
import type { Grant } from "./start-subscription.js"

/** A subscription that comes with the connection. */
export interface ConnectGrant extends Grant {
  /** Starts with the latest publication of a channel that recovers as a cache. */
  readonly cacheRecover: boolean
}

/**
 * What the server subscribes a connection to: the channels of its token, and the user's own channel
 * where the configuration has it.
 * @throws ProtocolError 102 for a channel of an unknown namespace.
 */
export function grantsAtConnect(
  session: Session,
  identity: Identity,
  { subs = new Map() }: ConnectingResult,
): readonly ConnectGrant[] {
  const { node } = session
  const grants = new Map<string, ConnectGrant>()
  const grant = (name: string, options: ConnectingSubscription): void => {
    const { info, data, override, cacheRecover = false } = options
    grants.set(name, {
      channel: overridden(node.channels.find(name), override),
      client: session.presentAs(info, identity),
      data,
      expireAt: undefined,
      isServerSide: true,
      cacheRecover,
    })
  }
  for (const [name, options] of subs) grant(name, options)
  const personal = personalChannel(session, identity.user)
  if (personal !== undefined) grant(personal, {})
  return [...grants.values()]
}

/** The channel that only this user is in, where users have one. */
function personalChannel({ node }: Session, user: string): string | undefined {
  const { enabled, personal_channel_namespace: namespace } =
    node.config.client.subscribe_to_user_personal_channel
  if (!enabled || user === "") return undefined
  const { namespace_boundary, user_boundary } = node.config.channel
  const prefix = namespace === "" ? "" : `${namespace}${namespace_boundary}`
  return `${prefix}${user_boundary}${user}`
}
