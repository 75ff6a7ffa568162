import type { Instant, InstantOptions } from "./instant.js"
import { InstantClient } from "./instant-client.js"

/**
 * Makes a new, independent {@link Instant}. Nothing is opened or asked before its `init`.
 *
 * @example
 * const instant = useInstant()
 * await instant.init("https://example.com", "wss://example.com")
 * if (!instant.ready) await instant.login(username, password)
 * instant.on("orders", (message) => toast(message.msg))
 * await instant.connect()
 */
export function useInstant(options: InstantOptions = {}): Instant {
  return new InstantClient(options)
}
