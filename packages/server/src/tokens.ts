import { signConnectionToken, signSubscriptionToken } from "@instant-ws/protocol"
import type { Channel } from "./channels/channel-store.js"
import type { ChannelLevel } from "./channels/level.js"
import { personalChannel } from "./personal-channel.js"

/** A channel as it is told to a client, with the token to subscribe to it. */
export interface ChannelGrant {
  readonly name: string
  readonly level: ChannelLevel
  readonly token: string
}

/** Whom a token is for; null is an anonymous visitor. */
export type Subject = { readonly id: string } | null

/** Signs what lets clients connect and subscribe. An anonymous visitor has the subject "". */
export class TokenSigner {
  readonly #key: string
  readonly #lifetime: number

  /** @param lifetime of every token, in seconds */
  constructor(key: string, lifetime: number) {
    this.#key = key
    this.#lifetime = lifetime
  }

  /** The token that a user connects with; it also puts the connection on the user's own channel. */
  connection(user: Subject): Promise<string> {
    const exp = this.#expiry()
    if (user === null) return signConnectionToken({ sub: "", exp }, this.#key)
    const channels = [personalChannel(user.id)]
    return signConnectionToken({ sub: user.id, exp, channels }, this.#key)
  }

  /** The token that lets a user subscribe to one channel. */
  subscription(user: Subject, channel: string): Promise<string> {
    const claims = { sub: user?.id ?? "", channel, exp: this.#expiry() }
    return signSubscriptionToken(claims, this.#key)
  }

  /** What a client is told of the channels that a user may see. */
  grants(user: Subject, channels: readonly Channel[]): Promise<readonly ChannelGrant[]> {
    return Promise.all(
      channels.map(async ({ name, level }) => ({
        name,
        level,
        token: await this.subscription(user, name),
      })),
    )
  }

  /** Unix time in seconds. */
  #expiry(): number {
    return Math.floor(Date.now() / 1000) + this.#lifetime
  }
}
