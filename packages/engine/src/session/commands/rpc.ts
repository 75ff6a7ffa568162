import { type CommandOf, errors, type Payload, ProtocolError } from "@instant-ws/protocol"
import { Message } from "../../delivery/message.js"
import { userEvent } from "../events.js"
import type { Session } from "../session.js"

/** Calls a method of the backend, and answers with what it answers. */
export async function rpc(session: Session, { id, request }: CommandOf<"rpc">): Promise<void> {
  const data = await call(session, request.method, request.data)
  session.queue.push(Message.reply({ id, rpc: { data } }))
}

async function call(
  session: Session,
  method: string,
  data: Payload | undefined,
): Promise<Payload | undefined> {
  const { ping } = session.node.config.rpc
  if (ping.enabled && method === ping.method) return undefined
  try {
    return await session.node.backend.rpc({ ...userEvent(session), method, data })
  } catch (error) {
    // Where there are methods at all, an unknown one is another error.
    const isNobody = error instanceof ProtocolError && error.code === errors.notAvailable.code
    if (isNobody && ping.enabled) throw new ProtocolError(errors.methodNotFound)
    throw error
  }
}
