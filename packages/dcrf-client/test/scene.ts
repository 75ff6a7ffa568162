import { withDeadline } from "../../../test/with-deadline.js"
import type { Client, Status } from "../src/index.js"

/** Waits until the client has this status. */
export function reached(client: Client, status: Status): Promise<void> {
  const change = new Promise<void>((resolve) => {
    if (client.status === status) resolve()
    else {
      const off = client.onStatus((now) => {
        if (now !== status) return
        off()
        resolve()
      })
    }
  })
  return withDeadline(`the status ${status}`, change)
}

/** Waits until the client is connected. */
export function opened(client: Client): Promise<void> {
  return reached(client, "connected")
}

/** What a promise is rejected with; fails when it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const rejected = promise.then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  const outcome = await withDeadline("a rejection", rejected)
  if (outcome === undefined) throw new Error("It resolved, where it should be rejected")
  return outcome.error
}
