import type { Centrifuge, Subscription } from "centrifuge"
import type { Tokens } from "./browser.js"
import { EventQueue } from "./event-queue.js"
import type { RunningServer } from "./running-server.js"

/** Publications as a stock client receives them. */
export interface Received {
  readonly channel: string
  readonly data: Readonly<Record<string, unknown>>
}

/** A stock client that listens to all that its tokens allow. */
export interface Listening {
  readonly client: Centrifuge
  readonly subscriptions: readonly Subscription[]
  readonly received: EventQueue<Received>
}

/** Connects a stock client with the tokens of a visitor, and subscribes it to all their channels. */
export async function listen(server: RunningServer, tokens: Tokens): Promise<Listening> {
  const received = new EventQueue<Received>()
  const client = server.client({ token: tokens.ws_token })
  client.on("publication", received.push)
  const subscriptions = tokens.channels.map(({ name, token }) => {
    const subscription = client.newSubscription(name, { token })
    subscription.on("publication", received.push)
    subscription.subscribe()
    return subscription
  })
  client.connect()
  await Promise.all([client.ready(5_000), ...subscriptions.map((each) => each.ready(5_000))])
  return { client, subscriptions, received }
}
