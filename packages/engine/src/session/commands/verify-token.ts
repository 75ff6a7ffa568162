import { type SubscriptionClaims, TokenError } from "@instant-ws/protocol"
import type { Session } from "../session.js"

/** What a token turned out to be: its claims, or why it is refused. */
export type Verified<Claims> =
  | { readonly verdict: "valid"; readonly claims: Claims }
  | { readonly verdict: "expired" }
  | { readonly verdict: "invalid"; readonly reason: string }

/** Turns the refusal of a token into a value, as every command answers it in its own way. */
export async function verdictOf<Claims>(verification: Promise<Claims>): Promise<Verified<Claims>> {
  try {
    return { verdict: "valid", claims: await verification }
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    return error.kind === "expired"
      ? { verdict: "expired" }
      : { verdict: "invalid", reason: error.message }
  }
}

/** Whether a subscription token was made for this session, and for this channel. */
export function isFor(session: Session, channel: string, claims: SubscriptionClaims): boolean {
  return (
    claims.user === session.identity.user &&
    claims.channel === channel &&
    (claims.client === "" || claims.client === session.client)
  )
}
