import type { IncomingMessage, Server, ServerResponse } from "node:http"
import type { Socket } from "node:net"

type RequestListener = (request: IncomingMessage, response: ServerResponse) => void

/**
 * Ends responses that stand behind others of a connection when the connection ends. Node closes only
 * the one that it writes, and the sessions of streams that were asked for in one go would stay.
 */
export class Pipelines {
  readonly #waiting = new WeakMap<Socket, Set<ServerResponse>>()
  readonly #servers = new Set<Server>()
  readonly #listener: RequestListener = ({ socket }, response) => {
    // Whose turn it is has the socket.
    if (response.socket === null) this.#add(socket, response)
  }

  watch(server: Server): void {
    server.on("request", this.#listener)
    this.#servers.add(server)
  }

  /** Leaves all servers alone. */
  ignoreAll(): void {
    for (const server of this.#servers) server.off("request", this.#listener)
    this.#servers.clear()
  }

  #add(socket: Socket, response: ServerResponse): void {
    const waiting = this.#waiting.get(socket) ?? this.#begin(socket)
    waiting.add(response)
    response.once("close", () => waiting.delete(response))
  }

  #begin(socket: Socket): Set<ServerResponse> {
    const waiting = new Set<ServerResponse>()
    this.#waiting.set(socket, waiting)
    socket.once("close", () => {
      for (const response of [...waiting]) response.emit("close")
    })
    return waiting
  }
}
