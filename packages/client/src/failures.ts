import type { ErrorContext, SubscriptionErrorContext } from "centrifuge"
import type { Emit } from "./emitter.js"
import { InstantError } from "./instant-error.js"

/** The client fetches a new token then: nothing that anybody need hear of. */
const TOKEN_EXPIRED = 109

/** Gives what tells the failed attempts of the connection, or those to subscribe to a channel. */
export function failureTeller(emit: Emit, channel?: string) {
  return ({ type, error }: ErrorContext | SubscriptionErrorContext): void => {
    const { code, message } = error
    if (code === TOKEN_EXPIRED) return
    const text = `${channel ?? "The connection"} failed (${type}), and is tried again: ${message}`
    const kind = channel === undefined ? "connection" : "subscription"
    emit("error", [new InstantError(kind, text, { code, channel })])
  }
}
