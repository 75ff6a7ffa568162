import { createHash } from "node:crypto"

/** How clients know the channel of their own user. */
export const PERSONAL = "@me"

/**
 * The channel that only one user's connections are on. Nobody else can join it: its name is private,
 * no channel of that form can be made, and only the user's own connection token names it. The hash
 * makes a name of fixed length and plain letters of any user id.
 */
export function personalChannel(userId: string): string {
  return `$@${createHash("sha256").update(userId).digest("base64url")}`
}
