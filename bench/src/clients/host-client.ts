import { answerCommands } from "../process/commands.js"
import { ownUsage } from "../process/process-usage.js"
import { type ClientCommand, clientCommand } from "./client-commands.js"
import { dispatchFor } from "./dispatch-for.js"
import type { HostedClient } from "./hosted-client.js"

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
