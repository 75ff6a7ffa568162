import { StoreError } from "../store-error.js"
import type { ChannelLevel } from "./level.js"

/** The longest name, with its `$`. */
const MAX_LENGTH = 120

/** What a private name was before the whole of it was prefixed: `ns:$x`. */
const OLD_PRIVATE = /^([^$:]+:)\$(.+)$/

/** The name of a private channel: `$` before the whole name, so `ns:x` and `ns:$x` give `$ns:x`. */
export function privateName(name: string): string {
  return name.startsWith("$") ? name : `$${name.replace(OLD_PRIVATE, "$1$2")}`
}

/**
 * The name that a channel is stored under: private ones begin with `$`, a public one may.
 * @throws StoreError "invalid" when the name is empty, too long, not ASCII, holds `#`, begins or ends
 * with a space, or is kept for the channels of single users (`@me`).
 */
export function storedName(name: string, level: ChannelLevel): string {
  const stored = level === "public" ? name : privateName(name)
  const fault = faultOf(stored)
  if (fault !== undefined) throw new StoreError("invalid", `The channel name "${name}" ${fault}`)
  return stored
}

function faultOf(name: string): string | undefined {
  const bare = name.replace(/^\$/, "")
  if (bare === "") return "is empty: give it at least one letter"
  if (name.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters, with its $`
  if (!/^[\x20-\x7e]*$/.test(name)) return "holds more than ASCII letters, digits and signs"
  if (bare !== bare.trim()) return "begins or ends with a space"
  if (name.includes("#")) return "holds #, which the engine reads as a list of users"
  if (bare.startsWith("@")) return "begins with @, which is kept for the channels of single users"
  return undefined
}

/**
 * The names that a channel may be stored under when somebody says `name`, the likeliest first: as it
 * is, as a private one, and in place of the old form `ns:$x`.
 */
export function possibleNames(name: string): readonly string[] {
  return name.startsWith("$") ? [name] : [name, `$${name}`, privateName(name)]
}
