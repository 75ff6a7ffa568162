import { createServer } from "node:http"
import { WebSocket, WebSocketServer } from "ws"
import { ownUsage } from "../process/process-usage.js"
import { hostPeer } from "../server/host-peer.js"
import { listen } from "../server/listen.js"

hostPeer(async () => {
  const server = createServer()
  const subscribers = new Map<string, Set<WebSocket>>()
  new WebSocketServer({ server }).on("connection", (websocket, { url = "" }) => {
    const channel = new URL(url, "ws://127.0.0.1").searchParams.get("channel") ?? ""
    const all = subscribers.get(channel) ?? new Set()
    subscribers.set(channel, all.add(websocket))
    websocket.on("close", () => all.delete(websocket))
  })
  return {
    port: await listen(server),
    usage: ownUsage,
    publish(publications) {
      for (const { channel, data } of publications) {
        const message = JSON.stringify({ channel, data })
        for (const client of subscribers.get(channel) ?? []) {
          if (client.readyState === WebSocket.OPEN) client.send(message)
        }
      }
    },
  }
})
