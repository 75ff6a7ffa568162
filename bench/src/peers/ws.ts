import { createServer } from "node:http"
import { WebSocket, WebSocketServer } from "ws"
import { ownUsage } from "../process/process-usage.js"
import { hostPeer } from "../server/host-peer.js"
import { listen } from "../server/listen.js"
import { CHANNEL } from "../server/peer.js"

hostPeer(async () => {
  const server = createServer()
  const { clients } = new WebSocketServer({ server })
  return {
    port: await listen(server),
    usage: ownUsage,
    publish(payloads) {
      for (const data of payloads) {
        const message = JSON.stringify({ channel: CHANNEL, data })
        for (const client of clients) {
          if (client.readyState === WebSocket.OPEN) client.send(message)
        }
      }
    },
  }
})
