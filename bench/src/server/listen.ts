import { once } from "node:events"
import { createServer, type Server } from "node:net"

/** Lets a server listen on a free port of 127.0.0.1 and tells which. */
export async function listen(server: Server): Promise<number> {
  server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 })
  await once(server, "listening")
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("the server has no port")
  return address.port
}

/** A port that is free now, for a program that cannot say which one it was given. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  const port = await listen(probe)
  probe.close()
  await once(probe, "close")
  return port
}
