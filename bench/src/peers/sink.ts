import { once } from "node:events"
import { createServer, type Socket } from "node:net"
import { textFrame } from "../load/websocket-frame.js"
import { ownUsage } from "../process/process-usage.js"
import { hostPeer } from "../server/host-peer.js"
import { listen } from "../server/listen.js"

// A server that does nothing but write ready frames to every socket as fast as they take them: what it
// reaches is what the load generator can take. Its argument is how many messages share a frame.
const perFrame = Number(process.argv[2] ?? 1)

hostPeer(async () => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.once("data", () => socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n"))
    socket.on("error", () => sockets.delete(socket))
    socket.on("close", () => sockets.delete(socket))
  })
  return {
    port: await listen(server),
    usage: ownUsage,
    async publish(publications) {
      const texts = publications.map(({ data }) => JSON.stringify(data))
      for (let at = 0; at < texts.length; at += perFrame) {
        const frame = textFrame(texts.slice(at, at + perFrame).join("\n"))
        for (const socket of sockets) socket.write(frame)
      }
      const full = [...sockets].filter((socket) => socket.writableNeedDrain)
      await Promise.all(full.map((socket) => once(socket, "drain")))
    },
  }
})
