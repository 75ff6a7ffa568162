import type { Home } from "../home/home.js"
import { channelIn } from "../home/store.js"
import type { RunningEngine } from "./running-engine.js"

/** A channel as its engine knows it. */
export interface ShownChannel {
  readonly name: string
  /** What there is to say of a name that nobody knows; undefined for one that is known. */
  readonly note: string | undefined
}

/** The channel of an engine that a name means, with or without its `$`. */
export async function findChannel(
  name: string,
  { isOfHome }: RunningEngine,
  home: Home,
): Promise<ShownChannel> {
  const known = await channelIn(home, name)
  if (known !== undefined) return { name: known, note: undefined }
  return { name, note: isOfHome ? noteOnUnknown(name) : noteOnElsewhere(name) }
}

/** What there is to say of a channel that this home doesn't have, though its server runs from here. */
function noteOnUnknown(channel: string): string | undefined {
  // Such channels are of single users, and never added.
  if (/^\$?@|#/.test(channel)) return undefined
  return (
    `No channel ${channel} is known here: probably nobody is subscribed to it. ` +
    `Add it with: instant channels add ${quoted(channel)}`
  )
}

/** The channels of a server elsewhere can't be looked up from here. */
function noteOnElsewhere(channel: string): string | undefined {
  if (/^[$@]|#/.test(channel)) return undefined
  return `The channels of that server are not known here: if the channel is private, write ${quoted(`$${channel}`)}`
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w:.@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
