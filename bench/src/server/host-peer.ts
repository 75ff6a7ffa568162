import { answerCommands } from "../process/commands.js"
import { type HostCommand, hostCommand } from "./host-commands.js"
import type { Peer } from "./peer.js"
import { PacedPublisher } from "./publisher.js"

/** Runs a server in this process and drives it as the parent process says. */
export function hostPeer(startPeer: () => Promise<Peer>): void {
  let running: { readonly peer: Peer; readonly publisher: PacedPublisher } | undefined

  async function start(): Promise<number> {
    const peer = await startPeer()
    running = { peer, publisher: new PacedPublisher((payloads) => peer.publish(payloads)) }
    return peer.port
  }

  function handle(command: HostCommand): unknown {
    if (command.do === "start") return start()
    if (running === undefined) throw new Error("the server has not been started")
    switch (command.do) {
      case "publish":
        return running.publisher.run(command)
      case "cpu":
        return running.peer.usage.cpuMicros()
      case "memory":
        return running.peer.usage.rssBytes()
    }
  }

  answerCommands({ schema: hostCommand, handle, leave: async () => running?.peer.close?.() })
}
