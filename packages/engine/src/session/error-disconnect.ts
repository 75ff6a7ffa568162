import { type Disconnect, disconnects, errors } from "@instant-ws/protocol"
import type { EngineConfig } from "../config/schema.js"

/**
 * What becomes of a unidirectional connection whose connect was answered with an error: it can only be
 * ended, with the code that the configuration gives that error.
 */
export function disconnectForError({ client }: EngineConfig, code: number): Disconnect {
  const { enabled, transforms } = client.connect_code_to_unidirectional_disconnect
  const transform = enabled ? transforms.find((each) => each.code === code) : undefined
  if (transform !== undefined) return transform.to
  const isExpired = code === errors.tokenExpired.code || code === errors.expired.code
  return isExpired ? disconnects.expired : disconnects.serverError
}
