import { type ClientEnd, type ServerEnd, Wire } from "./wire.js"

/** What lies between the clients and a server: it can break, be down, or go deaf. */
export class Network {
  readonly #wires = new Set<Wire>()
  readonly #accept: (wire: Wire) => ServerEnd
  #isDown = false

  /** `accept` makes the server's end of a new websocket. */
  constructor(accept: (wire: Wire) => ServerEnd) {
    this.#accept = accept
  }

  /** Whether nothing gets through. */
  get isDown(): boolean {
    return this.#isDown
  }

  /** How many websockets there are, those included that are still being opened. */
  get wires(): number {
    return this.#wires.size
  }

  /** Begins to open a websocket. */
  connect(client: ClientEnd): Wire {
    const wire = new Wire(client, this.#accept, (ended) => this.#wires.delete(ended))
    this.#wires.add(wire)
    if (this.#isDown) wire.cut()
    else wire.open()
    return wire
  }

  cut(): void {
    for (const wire of [...this.#wires]) wire.cut()
  }

  goDown(): void {
    this.#isDown = true
    this.cut()
  }

  comeBack(): void {
    this.#isDown = false
  }

  stall(): void {
    for (const wire of this.#wires) wire.stall()
  }

  resume(): void {
    for (const wire of this.#wires) wire.resume()
  }
}
