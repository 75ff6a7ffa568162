import { createServer } from "node:http"
import { createEngine } from "@instant-ws/engine"
import { ownUsage } from "../process/process-usage.js"
import { centrifugeConfig } from "../server/centrifuge-config.js"
import { hostPeer } from "../server/host-peer.js"
import { listen } from "../server/listen.js"
import { CHANNEL } from "../server/peer.js"

hostPeer(async () => {
  const engine = createEngine(centrifugeConfig)
  const server = createServer()
  engine.attach(server)
  return {
    port: await listen(server),
    usage: ownUsage,
    async publish(payloads) {
      await Promise.all(payloads.map((data) => engine.publish(CHANNEL, data)))
    },
  }
})
