import type { IncomingHttpHeaders } from "node:http"
import { type Disconnect, disconnects } from "@instant-ws/protocol"
import type { Chain } from "../delivery/chain.js"
import type { Peer } from "../request-environment.js"
import type { Session } from "../session/session.js"
import type { Transport } from "../session/transport.js"
import type { ClientSocket, ClientSocketListener } from "./client-socket.js"

/** What any connection over a websocket is: a session on one side, a socket on the other. */
export abstract class SocketConnection implements Transport, ClientSocketListener {
  abstract readonly name: Transport["name"]
  abstract readonly direction: Transport["direction"]
  abstract readonly codec: Transport["codec"]
  abstract readonly empty: Chain
  readonly headers: IncomingHttpHeaders
  readonly client: ClientSocket
  session: Session | undefined

  constructor(client: ClientSocket, headers: IncomingHttpHeaders) {
    this.client = client
    this.headers = headers
  }

  abstract message(data: Buffer): void
  abstract close(disconnect: Disconnect): void

  /** Connects the socket with the session. */
  serve(session: Session): void {
    this.session = session
    this.client.listen(this)
  }

  failed(): void {
    this.session?.failed()
  }

  gone(): void {
    this.session?.gone()
  }

  drained(): void {
    this.session?.queue.drained()
  }

  deaf(): void {
    this.session?.disconnect(disconnects.slow)
  }

  get peer(): Peer | undefined {
    return this.client.peer
  }

  get bufferedSize(): number {
    return this.client.bufferedSize
  }

  write(frame: Buffer): boolean {
    return this.client.write(frame)
  }

  fail(disconnect: Disconnect): void {
    this.session?.disconnect(disconnect)
  }

  terminate(): void {
    this.client.terminate()
  }

  pause(): void {
    this.client.pause()
  }

  resume(): void {
    this.client.resume()
  }
}
