import { once } from "node:events"
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net"

/** The wire between clients and a server, which a test can cut and mend. */
export class TcpRelay implements AsyncDisposable {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #isCut = false

  constructor(server: Server) {
    this.#server = server
  }

  /** A wire to the server that listens on a port of this machine. */
  static async to(port: number): Promise<TcpRelay> {
    const server = createServer()
    const relay = new TcpRelay(server)
    server.on("connection", (client) => relay.#connect(client, port))
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    return relay
  }

  /** Where clients connect. */
  get port(): number {
    const address: AddressInfo | string | null = this.#server.address()
    if (address === null || typeof address === "string") throw new Error("not listening")
    return address.port
  }

  /** Resets every connection, and every new one until it is mended. */
  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  mend(): void {
    this.#isCut = false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, "close")
  }

  #connect(client: Socket, port: number): void {
    if (this.#isCut) {
      client.resetAndDestroy()
      return
    }
    const server = connect(port, "127.0.0.1")
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket)
      socket.setNoDelay()
      // A reset is followed by "close".
      socket.on("error", () => {})
      socket.on("close", () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  }
}
