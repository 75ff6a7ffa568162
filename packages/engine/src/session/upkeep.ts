import type { Due } from "./deadlines.js"
import { connectionExpired, subscriptionExpired } from "./expirations.js"
import { endLostSubscriptions } from "./position-check.js"
import type { Session } from "./session.js"

/** Sees to what has expired, and to subscriptions that have lost their place. */
export async function keepUp(session: Session, due: Due): Promise<void> {
  await Promise.all([
    ...due.expiredSubscriptions.map((each) => subscriptionExpired(session, each)),
    ...(due.checkPositions ? [endLostSubscriptions(session)] : []),
    ...(due.isExpired ? [connectionExpired(session)] : []),
  ])
}
