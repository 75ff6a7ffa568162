import { createConnection, createServer, type Server, type Socket } from "node:net"

/** A TCP line to a server, which can be cut and mended: what a browser's network does on a bad day. */
export class CuttableLine implements AsyncDisposable {
  readonly #listener: Server
  readonly #sockets = new Set<Socket>()
  #isCut = false

  constructor(listener: Server) {
    this.#listener = listener
  }

  /** Opens a line to a port of this machine. */
  static async to(port: number): Promise<CuttableLine> {
    const listener = createServer()
    const line = new CuttableLine(listener)
    listener.on("connection", (near) => line.#join(near, port))
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve))
    return line
  }

  /** Where the near end of the line is. */
  get url(): string {
    const address = this.#listener.address()
    if (address === null || typeof address === "string") throw new Error("the line is closed")
    return `http://127.0.0.1:${address.port}`
  }

  /** Drops every connection, and each new one too. */
  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  mend(): void {
    this.#isCut = false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.#listener.close(resolve))
  }

  #join(near: Socket, port: number): void {
    if (this.#isCut) {
      near.destroy()
      return
    }
    const far = createConnection(port, "127.0.0.1")
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket)
      socket.on("error", () => other.destroy())
      socket.on("close", () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  }
}
