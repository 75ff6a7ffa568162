import { connect } from "node:net"
import type { Dialect } from "./dialect.js"
import type { FrameCounter } from "./frame-counter.js"
import { Opening, upgradeRequest } from "./opening.js"

/** Whom to subscribe to, and who counts. */
export interface SubscriberOptions {
  readonly port: number
  readonly dialect: Dialect
  readonly counter: FrameCounter
  /** After each read of messages. */
  onRead(): void
  /** When the connection ends after it has been subscribed. */
  onLost(): void
}

/** How long the server may take with one step of an opening, in milliseconds. */
const OPENING_TIMEOUT = 20_000
/** One for all sockets: each read is done with before the next. */
const readBuffer = Buffer.allocUnsafe(64 * 1024)

/**
 * Opens a raw socket, upgrades it to a websocket by hand and subscribes.
 * @throws Error when the server refuses or hangs up.
 */
export function subscribe(options: SubscriberOptions): Promise<void> {
  const { port, dialect, counter, onRead, onLost } = options
  return new Promise((resolve, reject) => {
    let subscribed = false
    const socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback(length) {
          if (subscribed) {
            counter.read(readBuffer, length)
            onRead()
          } else open(Buffer.from(readBuffer.subarray(0, length)))
          return true
        },
      },
    })
    const opening = new Opening(dialect, (frame) => socket.write(frame))
    const open = (bytes: Buffer): void => {
      try {
        const rest = opening.take(bytes)
        if (rest === undefined) return
        subscribed = true
        socket.setTimeout(0)
        counter.read(rest, rest.length)
        resolve()
      } catch (error) {
        reject(error)
        socket.destroy()
      }
    }
    socket.once("connect", () => socket.write(upgradeRequest(dialect.path)))
    socket.setTimeout(OPENING_TIMEOUT, () =>
      socket.destroy(
        new Error(`the server did not answer within ${OPENING_TIMEOUT / 1000} seconds`),
      ),
    )
    socket.on("error", (error: NodeJS.ErrnoException) => {
      const advice = error.code === "EMFILE" ? `; raise the limit of open files (ulimit -n)` : ""
      reject(new Error(`${error.message}${advice}`, { cause: error }))
    })
    socket.on("close", () => {
      if (subscribed) onLost()
      else reject(new Error("the server closed a connection that was being opened"))
    })
  })
}
