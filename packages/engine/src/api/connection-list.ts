import { errors, ProtocolError } from "@instant-ws/protocol"
import type { TransportName } from "../delivery/transport-name.js"
import { peerAddress } from "../peer-address.js"
import type { Session } from "../session/session.js"
import type { Sessions } from "../session/sessions.js"

/** Which connections are listed. */
export interface ConnectionsOptions {
  /** Only those of this user, "" for anonymous visitors; absent: all. */
  readonly user?: string | undefined
  /** At most so many, 1 or more. @default 100 */
  readonly limit?: number | undefined
  /** The `cursor` of the page before; absent: from the beginning. */
  readonly cursor?: string | undefined
}

/** Some of the connections, the oldest first. */
export interface ConnectionPage {
  readonly connections: readonly ConnectionInfo[]
  /** What the next page is asked with; undefined when there is none. */
  readonly cursor: string | undefined
}

/** A client that is connected. */
export interface ConnectionInfo {
  /** The id of the connection. */
  readonly client: string
  /** Empty for an anonymous visitor. */
  readonly user: string
  readonly transport: TransportName
  readonly protocol: "json" | "protobuf"
  /** Where it comes from: what a proxy on this machine says, or else the socket; empty when unknown. */
  readonly address: string
  /** What the client has called itself when it connected; may be empty. */
  readonly name: string
  /** The version that it has told; may be empty. */
  readonly version: string
  /** The channels that it is subscribed to, the oldest subscription first. */
  readonly channels: readonly string[]
  /** When it was let in. Unix time in milliseconds. */
  readonly since: number
}

const DEFAULT_LIMIT = 100

/**
 * Lists the connections of a node, page by page. Who is connected all the while is on one of the pages,
 * once; only what is answered is built.
 * @throws ProtocolError 107 for a limit or a cursor that is none.
 */
export function listConnections(
  sessions: Sessions,
  { user, limit = DEFAULT_LIMIT, cursor = "0" }: ConnectionsOptions,
): ConnectionPage {
  const behind = Number(cursor)
  if (!(Number.isInteger(limit) && limit > 0 && Number.isInteger(behind) && behind >= 0)) {
    throw new ProtocolError(errors.badRequest)
  }
  const connections: ConnectionInfo[] = []
  let last = behind
  for (const session of user === undefined ? sessions.open : sessions.ofUser(user)) {
    if (session.serial <= behind) continue
    const { state } = session
    if (state.phase !== "connected") continue
    if (connections.length === limit) return { connections, cursor: `${last}` }
    connections.push({ ...describe(session), user: state.identity.user, since: state.since })
    last = session.serial
  }
  return { connections, cursor: undefined }
}

function describe({
  client,
  clientName,
  clientVersion,
  transport,
  subscriptions,
}: Session): Omit<ConnectionInfo, "user" | "since"> {
  const { name, codec, headers, peer } = transport
  const channels: string[] = []
  for (const { channel, hasBegun } of subscriptions.values()) {
    if (hasBegun) channels.push(channel.name.name)
  }
  return {
    client,
    transport: name,
    protocol: codec,
    address: peerAddress(peer?.remoteAddress, headers["x-forwarded-for"]),
    name: clientName,
    version: clientVersion,
    channels,
  }
}
