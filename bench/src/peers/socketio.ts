import { createServer } from "node:http"
import { Server } from "socket.io"
import { ownUsage } from "../process/process-usage.js"
import { hostPeer } from "../server/host-peer.js"
import { listen } from "../server/listen.js"
import { PING_INTERVAL } from "../server/peer.js"

hostPeer(async () => {
  const server = createServer()
  const io = new Server(server, {
    transports: ["websocket"],
    serveClient: false,
    pingInterval: PING_INTERVAL,
  })
  io.on("connection", (socket) => socket.join(String(socket.handshake.query.channel)))
  return {
    port: await listen(server),
    usage: ownUsage,
    publish(publications) {
      for (const { channel, data } of publications) io.to(channel).emit("message", data)
    },
  }
})
