import { type OldInstant, type OldMessage, runOldClient } from "./old-client.js"
import { Queue } from "./queue.js"
import { withDeadline } from "./with-deadline.js"

/** Where somebody signs in. */
export interface Place {
  readonly url: string
  readonly websocketsUrl: string
}

/**
 * Signs in with 0.5.0 in the order that works: the first `init` says where to log in, and fails. It uses
 * nothing of this file, so that a page can run it.
 * @returns the channels with their levels
 */
export async function oldSignIn(
  instant: OldInstant,
  { url, websocketsUrl }: Place,
  username: string,
): Promise<readonly string[]> {
  const refusal = await instant.init(url, websocketsUrl).catch(String)
  if (refusal !== "Error: Forbidden") throw new Error(`The first init gave ${refusal}`)
  await instant.login(username, "secret")
  await instant.init(url, websocketsUrl)
  await instant.connect()
  const subscriptions = Object.values(instant.getClient()?.subscriptions() ?? {})
  await Promise.all(subscriptions.map((each) => each.ready()))
  return [...instant.channels].map(({ name, level }) => `${name} ${level}`)
}

/** Somebody with the client 0.5.0 in a browser of their own, and what comes to them. */
export class OldVisitor implements Disposable {
  readonly instant: OldInstant
  readonly messages = new Queue<OldMessage>()

  /** @param script of the client 0.5.0 */
  constructor(script: string) {
    this.instant = runOldClient(script).useInstant()
    this.instant.onMessage(this.messages.push)
  }

  /** See {@link oldSignIn}. */
  signIn(place: Place, username: string): Promise<readonly string[]> {
    return withDeadline("the sign-in", oldSignIn(this.instant, place, username))
  }

  [Symbol.dispose](): void {
    this.instant.getClient()?.disconnect()
  }
}
