import type { ClientEvent, UserEvent } from "../backend/hooks.js"
import type { Session } from "./session.js"

/** Which client it is, for the backend. */
export function clientEvent({ client, transport, emulatedHeaders }: Session): ClientEvent {
  const { name, codec, headers } = transport
  return { client, transport: name, protocol: codec, headers, emulatedHeaders }
}

/** Which user it is, for the backend. */
export function userEvent(session: Session): UserEvent {
  const { user, meta } = session.identity
  return { ...clientEvent(session), user, meta }
}
