import type { DeclaredChannels } from "./events.js"
import type { Instant, InstantOptions } from "./instant.js"
import { type DeclaredOptions, InstantClient } from "./instant-client.js"
import type { ChannelDeclaration } from "./schema.js"

/**
 * Makes a new, independent {@link Instant} for channels that are declared with schemas, as the server
 * has them: the data of their events is typed by the schemas, and checked by them when it comes. What
 * doesn't fit is told to `onError`, and no handler sees it.
 */
export function useInstant<const Declarations extends readonly ChannelDeclaration[]>(
  options: InstantOptions & { readonly channels: Declarations },
): Instant<DeclaredChannels<Declarations>>
/**
 * Makes a new, independent {@link Instant}. Nothing is opened or asked before its `init`. `Channels`
 * is a map from channels to event classes to their data; nobody checks it when data comes.
 *
 * @example
 * const instant = useInstant<{ orders: { paid: { id: number } } }>()
 * await instant.init("https://example.com", "wss://example.com")
 * if (!instant.ready) await instant.login(username, password)
 * instant.on({ channel: "orders", eventClass: "paid" }, ({ data }) => show(data.id))
 * await instant.connect()
 */
export function useInstant<Channels = unknown>(options?: InstantOptions): Instant<Channels>
export function useInstant(options: DeclaredOptions = {}): unknown {
  return new InstantClient(options)
}
