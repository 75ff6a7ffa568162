import { type Server, ServerResponse } from "node:http"
import type { Duplex } from "node:stream"
import type { Metrics } from "../metrics/metrics.js"
import type { HttpFault } from "../metrics/refusal.js"

type FaultListener = (error: NodeJS.ErrnoException, socket: Duplex) => void

/** What Node answers to what isn't a whole request in time, by the code of its error. */
const STATUSES: ReadonlyMap<unknown, string> = new Map([
  ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
  ["HPE_CHUNK_EXTENSIONS_OVERFLOW", "413 Payload Too Large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
])

/** The listeners of all engines: beside one of another engine an engine's own is still nobody else's. */
const ours = new WeakSet<object>()

/**
 * Counts what comes to HTTP servers and never becomes a request: heads that take too long, are too big,
 * or make no sense. Who listens for that must answer it too: it is answered as by a server without a
 * listener, unless somebody else listens who does that.
 */
export class HttpFaults {
  readonly #metrics: Metrics | undefined
  readonly #listeners = new Map<Server, FaultListener>()

  constructor(metrics: Metrics | undefined) {
    this.#metrics = metrics
  }

  watch(server: Server): void {
    if (this.#metrics === undefined) return
    const listener: FaultListener = (error, socket) => {
      const fault = faultOf(error)
      if (fault !== undefined) this.#metrics?.refuse(fault)
      const isOthers = server.listeners("clientError").some((each) => !ours.has(each))
      if (!isOthers) answer(error, socket)
    }
    ours.add(listener)
    server.on("clientError", listener)
    this.#listeners.set(server, listener)
  }

  /** Leaves a server to itself. */
  ignore(server: Server): void {
    const listener = this.#listeners.get(server)
    if (listener !== undefined) server.off("clientError", listener)
    this.#listeners.delete(server)
  }
}

/** Undefined for a connection that broke: nobody was refused. */
function faultOf({ code = "" }: NodeJS.ErrnoException): HttpFault | undefined {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return "handshake_timeout"
  if (code === "HPE_HEADER_OVERFLOW") return "header_too_big"
  return code.startsWith("HPE_") && code !== "HPE_INVALID_EOF_STATE" ? "bad_request" : undefined
}

/** Says what is wrong where no other answer has begun, and ends the connection, as Node does. */
function answer(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Node keeps it there, and has no other way to tell.
  const response: unknown = Reflect.get(socket, "_httpMessage")
  const hasBegun = response instanceof ServerResponse && response.headersSent
  if (socket.writable && !hasBegun) {
    const status = STATUSES.get(error.code) ?? "400 Bad Request"
    socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)
  }
  socket.destroy(error)
}
