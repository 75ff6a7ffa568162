import { answerCommands } from "../process/commands.js"
import { ownUsage } from "../process/process-usage.js"
import { type ClientCommand, clientCommand } from "./client-commands.js"
import { dispatchFor } from "./dispatch-for.js"
import type { Feed } from "./feed.js"

/** A client with its server in one process. */
export interface HostedClient {
  readonly feed: Feed
  /** Connects; nothing is subscribed yet. */
  connect(subscriptions: number): Promise<void>
  /** Subscribes; `received` is to be called once for each frame. */
  subscribe(subscriptions: number, received: () => void): Promise<void>
  /** The text of a frame for one of the subscriptions. @param sequence Counts that subscription's frames. */
  frame(subscription: number, sequence: number): string
}

/** Lets the parent process measure a client in this process. */
export function hostClient(client: HostedClient): void {
  let subscriptions = 0
  let received = 0
  answerCommands({
    schema: clientCommand,
    async handle(command: ClientCommand) {
      if (command.do === "subscribe") {
        subscriptions = command.subscriptions
        await client.connect(subscriptions)
        const before = heap()
        await client.subscribe(subscriptions, () => {
          received++
        })
        return { bytesPerSubscription: (heap() - before) / subscriptions }
      }
      return await dispatchFor(command.seconds, { client, subscriptions, received: () => received })
    },
  })
}

/** Twice, as what the first collection finalizes is free only after the second. */
function heap(): number {
  globalThis.gc?.()
  return ownUsage.memory().heap ?? Number.NaN
}
