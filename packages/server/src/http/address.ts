import { peerAddress } from "@instant-ws/engine"
import type { RequestContext } from "./endpoint.js"

/** The address that a request comes from, or "" when the server beneath doesn't tell. */
export function addressOf({ env, req }: RequestContext): string {
  return peerAddress(env?.incoming?.socket.remoteAddress, req.header("X-Forwarded-For"))
}
