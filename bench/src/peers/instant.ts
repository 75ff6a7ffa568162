import { createServer } from "node:http"
import { checkConfig, createEngine } from "@instant-ws/engine"
import { ownUsage } from "../process/process-usage.js"
import { hostPeer } from "../server/host-peer.js"
import { listen } from "../server/listen.js"

hostPeer(async (config) => {
  checkConfig(config)
  const engine = createEngine(config)
  const server = createServer()
  engine.attach(server)
  return {
    port: await listen(server),
    usage: ownUsage,
    async publish(publications) {
      await Promise.all(publications.map(({ channel, data }) => engine.publish(channel, data)))
    },
  }
})
