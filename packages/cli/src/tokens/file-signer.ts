import {
  type EngineConfig,
  signConnectionToken,
  signSubscriptionToken,
  TokenError,
  tokenVerifier,
} from "@instant-ws/engine"
import { CliError } from "../cli-error.js"

/** Whom a token is for, and for how long. */
export interface Subject {
  /** The user's id; empty for an anonymous visitor. */
  readonly user: string
  /** In seconds; 0 for ever. */
  readonly ttl: number
}

/** Signs tokens as a section of a configuration asks for them. */
export class FileSigner {
  readonly #options: EngineConfig["client"]["token"]
  readonly #section: string

  /** @param section where the options are, as `client.token` */
  constructor(options: EngineConfig["client"]["token"], section: string) {
    this.#options = options
    this.#section = section
  }

  /** A token to connect with. @throws CliError when none can be made that would be accepted. */
  async connection(subject: Subject): Promise<string> {
    const token = await signConnectionToken(this.#claims(subject), this.#secret())
    await this.#prove(tokenVerifier(this.#options).connection(token))
    return token
  }

  /** A token to subscribe with. @throws CliError when none can be made that would be accepted. */
  async subscription(subject: Subject, channel: string): Promise<string> {
    const claims = { ...this.#claims(subject), channel }
    const token = await signSubscriptionToken(claims, this.#secret())
    await this.#prove(tokenVerifier(this.#options).subscription(token))
    return token
  }

  #secret(): string {
    const { hmac_secret_key: secret } = this.#options
    if (secret !== "") return secret
    throw new CliError(
      `${this.#section}.hmac_secret_key isn't set, and only HMAC tokens are made here: set it, ` +
        "or make tokens where the private key is",
    )
  }

  #claims({ user, ttl }: Subject) {
    const { audience, issuer, user_id_claim } = this.#options
    const claims = {
      sub: user,
      ...(ttl > 0 && { exp: Math.floor(Date.now() / 1000) + ttl }),
      ...(audience !== "" && { aud: audience }),
      ...(issuer !== "" && { iss: issuer }),
    }
    return user_id_claim === "" ? claims : Object.assign(claims, { [user_id_claim]: user })
  }

  async #prove(verified: Promise<unknown>): Promise<void> {
    try {
      await verified
    } catch (cause) {
      if (!(cause instanceof TokenError)) throw cause
      throw new CliError(
        `${this.#section} asks for more than the tokens that are made here: ${cause.message}`,
        { cause },
      )
    }
  }
}
