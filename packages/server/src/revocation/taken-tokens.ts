import type { TokenClaims } from "@instant-ws/protocol"
import type { Revocation } from "./revocation.js"
import type { WrittenRevocation } from "./revocation-log.js"

/** The claims of a connection token, or of one to subscribe to a channel. */
export type Claims = TokenClaims & { readonly channel?: string | undefined }

/** Which tokens are taken back: those of a user, of a channel, or of a user for a channel, from before a time. */
export class TakenTokens {
  readonly #lifetime: number
  /** Unix milliseconds by whose they are, the oldest first. */
  readonly #takenAt = new Map<string, number>()

  /** @param lifetime of every token, in seconds: what is older has run out. */
  constructor(lifetime: number) {
    this.#lifetime = lifetime * 1000
  }

  take(revocation: WrittenRevocation): void {
    const key = keyOf(revocation)
    const at = Math.max(revocation.at, this.#takenAt.get(key) ?? 0)
    // To the end of the map, so that the oldest is always the first.
    this.#takenAt.delete(key)
    this.#takenAt.set(key, at)
    this.#forget()
  }

  /** Whether a token is taken back. */
  readonly has = ({ user, channel, issuedAt = 0 }: Claims): boolean => {
    const takenFrom = (key: Revocation) => issuedAt * 1000 < (this.#takenAt.get(keyOf(key)) ?? 0)
    if (takenFrom({ kind: "user", user })) return true
    if (channel === undefined) return false
    return takenFrom({ kind: "channel", channel }) || takenFrom({ kind: "member", user, channel })
  }

  #forget(): void {
    const from = Date.now() - this.#lifetime
    for (const [key, at] of this.#takenAt) {
      if (at >= from) return
      this.#takenAt.delete(key)
    }
  }
}

function keyOf(revoked: Revocation): string {
  switch (revoked.kind) {
    case "user":
      return JSON.stringify([revoked.user, null])
    case "member":
      return JSON.stringify([revoked.user, revoked.channel])
    case "channel":
      return JSON.stringify([null, revoked.channel])
  }
}
