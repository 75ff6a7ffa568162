import type { Centrifuge } from "centrifuge"
import type { Status } from "./status.js"

/** How long a sign of life may take after the device woke up, in milliseconds. */
const PROBE_TIMEOUT = 1_000

/** What {@link watchLine} is told. */
export interface LineOptions {
  /** The client's network events. */
  readonly device: EventTarget
  /** Ends the watch. */
  readonly signal: AbortSignal
  /** Is called when it changes how the connection is. */
  become(status: Status, reason: string): void
  /** Asks the server for a sign of life. */
  probe(): Promise<unknown>
}

/**
 * Tells whether a client is connected, or what it waits for, and wakes it up with the device. It
 * listens to the browser, where there is one: Node has no such events.
 */
export function watchLine(
  client: Centrifuge,
  { device, signal, become, probe }: LineOptions,
): void {
  let isOffline = false
  let waiting: Status = "connecting"

  const tell = (event: string) => device.dispatchEvent(new Event(event))

  const wait = (reason: string) => {
    if (client.state === "connecting") become(isOffline ? "offline" : waiting, reason)
  }

  /** The network is back or another one, or the page is seen again: the connection may be dead. */
  const wake = () => {
    isOffline = false
    wait("woken up")
    if (client.state === "connected") {
      // It gives its socket up, and opens another one. Any answer is a sign of life, a refusal too.
      const timer = setTimeout(() => {
        tell("offline")
        tell("online")
      }, PROBE_TIMEOUT)
      const alive = () => clearTimeout(timer)
      probe().then(alive, alive)
    }
    // It tries again without delay, if it is trying.
    tell("online")
  }

  const on = (event: string, listener: () => void) =>
    globalThis.addEventListener?.(event, listener, { signal })
  on("online", wake)
  on("visibilitychange", () => {
    if (document.visibilityState === "visible") wake()
  })
  on("offline", () => {
    isOffline = true
    wait("no network")
    tell("offline")
  })
  client.on("connecting", ({ reason }) => wait(reason))
  client.on("connected", () => {
    waiting = "reconnecting"
    become("connected", "connected")
  })
}
