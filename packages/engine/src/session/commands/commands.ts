import { type Command, DisconnectError, disconnects } from "@instant-ws/protocol"
import type { Session } from "../session.js"
import { connect } from "./connect.js"
import { history } from "./history.js"
import { presence, presenceStats } from "./presence.js"
import { publish } from "./publish.js"
import { refresh } from "./refresh.js"
import { rpc } from "./rpc.js"
import { subRefresh } from "./sub-refresh.js"
import { subscribe } from "./subscribe.js"
import { unsubscribe } from "./unsubscribe.js"

/**
 * Does what a command asks and puts the reply into the session's queue.
 * @throws ProtocolError when the command is refused, DisconnectError when the session must end.
 */
export async function execute(session: Session, command: Command): Promise<void> {
  if (command.method === "send") throw new DisconnectError(disconnects.notAvailable)
  const needsId = session.transport.direction !== "unidirectional"
  if (command.id === 0 && needsId) throw new DisconnectError(disconnects.badRequest)
  const isConnected = session.state.phase === "connected"
  if (isConnected === (command.method === "connect")) {
    throw new DisconnectError(disconnects.badRequest)
  }
  session.node.limits?.count(session, command.method)
  switch (command.method) {
    case "connect":
      return connect(session, command)
    case "subscribe":
      return subscribe(session, command)
    case "unsubscribe":
      return unsubscribe(session, command)
    case "publish":
      return publish(session, command)
    case "history":
      return history(session, command)
    case "refresh":
      return refresh(session, command)
    case "sub_refresh":
      return subRefresh(session, command)
    case "ping":
      throw new DisconnectError(disconnects.badRequest)
    case "presence":
      return presence(session, command)
    case "presence_stats":
      return presenceStats(session, command)
    case "rpc":
      return rpc(session, command)
  }
}
