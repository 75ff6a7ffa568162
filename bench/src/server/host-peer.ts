import { answerCommands } from "../process/commands.js"
import type { EngineConfigFile } from "./engine-config.js"
import { type HostCommand, hostCommand } from "./host-commands.js"
import type { Peer } from "./peer.js"
import { PacedPublisher } from "./publisher.js"

/** Runs a server in this process, or beside it, and drives it as the parent process says. */
export function hostPeer(startPeer: (config: EngineConfigFile) => Promise<Peer>): void {
  let running: { readonly peer: Peer; readonly publisher: PacedPublisher } | undefined

  async function start(config: EngineConfigFile): Promise<number> {
    const peer = await startPeer(config)
    running = { peer, publisher: new PacedPublisher((publications) => peer.publish(publications)) }
    return peer.port
  }

  function handle(command: HostCommand): unknown {
    if (command.do === "start") return start(command.config)
    if (running === undefined) throw new Error("the server has not been started")
    const { peer, publisher } = running
    switch (command.do) {
      case "publish":
        return publisher.run(command)
      case "cpu":
        return peer.usage.cpuMicros()
      case "memory":
        return peer.usage.memory()
      case "crash":
        if (peer.crash === undefined) throw new Error("this server cannot be killed alone")
        return peer.crash()
    }
  }

  answerCommands({ schema: hostCommand, handle, leave: async () => running?.peer.close?.() })
}
