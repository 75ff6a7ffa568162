import { createServer } from "node:http"
import { Server } from "socket.io"
import { ownUsage } from "../process/process-usage.js"
import { hostPeer } from "../server/host-peer.js"
import { listen } from "../server/listen.js"
import { CHANNEL, PING_INTERVAL } from "../server/peer.js"

hostPeer(async () => {
  const server = createServer()
  const io = new Server(server, {
    transports: ["websocket"],
    serveClient: false,
    pingInterval: PING_INTERVAL,
  })
  io.on("connection", (socket) => socket.join(CHANNEL))
  return {
    port: await listen(server),
    usage: ownUsage,
    publish(payloads) {
      for (const data of payloads) io.to(CHANNEL).emit("message", data)
    },
  }
})
