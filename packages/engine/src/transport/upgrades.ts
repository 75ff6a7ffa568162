import { IncomingMessage, type Server } from "node:http"
import { Duplex } from "node:stream"
import type { Metrics } from "../metrics/metrics.js"
import type { Arrival } from "./accept-queue.js"
import type { Admission } from "./admission.js"
import { HttpFaults } from "./http-faults.js"
import { ignoreUpgrade } from "./ignore-upgrade.js"
import { Pipelines } from "./pipelines.js"
import type { Upgrade } from "./websocket-acceptor.js"

/** Turns requests into websockets of one kind. */
export interface UpgradeHandler {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

type Emit = Server["emit"]

/** What an attached server is given back. */
interface Attached {
  readonly listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly emit: { readonly ours: Emit; readonly own: Emit }
}

/** The listeners of all engines: beside one of another engine an engine's own is still nobody else's. */
const listenersOfEngines = new WeakSet<object>()

/**
 * Watches HTTP servers for requests that want to become websockets, refuses those that may not, and
 * counts what comes to no request.
 */
export class Upgrades {
  readonly #admission: Admission
  readonly #handlers: ReadonlyMap<string, UpgradeHandler>
  readonly #faults: HttpFaults
  readonly #pipelines = new Pipelines()
  readonly #servers = new Map<Server, Attached>()

  /** @param handlers By path. */
  constructor(
    admission: Admission,
    handlers: ReadonlyMap<string, UpgradeHandler>,
    metrics: Metrics | undefined,
  ) {
    this.#admission = admission
    this.#handlers = handlers
    this.#faults = new HttpFaults(metrics)
  }

  /**
   * Takes the upgrades of a server that are ours. When nobody else may take the others, websockets are refused, and
   * requests that would rather be of another protocol, as HTTP/2, are answered as if they had not said so: that is
   * what Node does while nobody listens. Listeners of the site don't hear of ours: `ws` with `{ server, path }` would
   * answer 400 to each.
   */
  attach(server: Server): void {
    if (this.#servers.has(server)) return
    const listener: Attached["listener"] = (request, socket, head) => {
      const listeners = server.listeners("upgrade")
      const isOthers = listeners.some((each) => !listenersOfEngines.has(each))
      // Of several engines the first answers.
      if (isOthers || listeners[0] !== listener) return
      if (wantsWebsocket(request)) refuse(socket, "404 Not Found")
      else ignoreUpgrade(server, { request, socket, head })
    }
    const own = server.emit
    const ours: Emit = (event: string | symbol, ...values: readonly unknown[]) =>
      (event === "upgrade" && this.#servers.has(server) && this.#takes(values)) ||
      Reflect.apply(own, server, [event, ...values])
    server.emit = ours
    listenersOfEngines.add(listener)
    // Node emits no upgrade that nobody listens for.
    server.on("upgrade", listener)
    this.#servers.set(server, { listener, emit: { ours, own } })
    this.#faults.watch(server)
    this.#pipelines.watch(server)
  }

  /** Leaves all servers alone. */
  detach(): void {
    for (const [server, { listener, emit }] of this.#servers) {
      server.off("upgrade", listener)
      // Who has wrapped ours since keeps it: it hands everything on now.
      if (server.emit === emit.ours) server.emit = emit.own
      this.#faults.ignore(server)
    }
    this.#servers.clear()
    this.#pipelines.ignoreAll()
  }

  #takes([request, socket, head]: readonly unknown[]): boolean {
    if (!(request instanceof IncomingMessage && socket instanceof Duplex)) return false
    const handler = this.#handlers.get(pathOf(request))
    if (handler === undefined || !wantsWebsocket(request) || !Buffer.isBuffer(head)) return false
    this.#upgrade(handler, { request, socket, head })
    return true
  }

  /** A page that may not connect needn't wait to hear so. */
  #upgrade(handler: UpgradeHandler, upgrade: Upgrade): void {
    const { request, socket } = upgrade
    const { origin = "" } = request.headers
    const path = pathOf(request)
    if (!this.#admission.admits(path)) refuse(socket, "503 Service Unavailable")
    else if (this.#admission.origins.admits(request.headers)) {
      new UpgradeArrival(handler, upgrade).arrive(this.#admission)
    } else {
      this.#admission.refused("origin", { path, origin })
      refuse(socket, "403 Forbidden")
    }
  }
}

/** A request that wants to become a websocket, and may have to wait. */
class UpgradeArrival implements Arrival {
  readonly path: string
  readonly #handler: UpgradeHandler
  readonly #upgrade: Upgrade
  /** Stops to look whether the client is still there. */
  #unwatch: () => void = () => {}

  constructor(handler: UpgradeHandler, upgrade: Upgrade) {
    this.path = pathOf(upgrade.request)
    this.#handler = handler
    this.#upgrade = upgrade
  }

  arrive(admission: Admission): void {
    if (!admission.enter(this)) return
    const { socket } = this.#upgrade
    const leave = (): void => {
      admission.leave(this)
      socket.destroy()
    }
    const ends = ["end", "close", "error"]
    for (const end of ends) socket.on(end, leave)
    this.#unwatch = () => {
      for (const end of ends) socket.off(end, leave)
    }
  }

  enter(): void {
    const { request, socket, head } = this.#upgrade
    this.#unwatch()
    this.#handler.upgrade(request, socket, head)
  }

  refuse(retryAfter: number | undefined): void {
    this.#unwatch()
    refuse(this.#upgrade.socket, "503 Service Unavailable", retryAfter)
  }
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? ""
}

function wantsWebsocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket"
}

/**
 * Answers an upgrade with an HTTP status and ends the connection.
 * @param retryAfter When the client may try again, in seconds.
 */
export function refuse(socket: Duplex, status: string, retryAfter?: number): void {
  const text = `${status.slice(4)}\n`
  const retry = retryAfter === undefined ? "" : `Retry-After: ${retryAfter}\r\n`
  // Node leaves an upgraded socket without a listener, and a client that resets would end the process.
  socket.on("error", () => socket.destroy())
  socket.once("finish", () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `${retry}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  )
}
