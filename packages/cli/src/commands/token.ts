import { TokenSigner } from "@instant-ws/server/offline"
import { CliError } from "../cli-error.js"
import { findHome } from "../home/home.js"
import { readSecrets } from "../home/secrets.js"
import { channelIn } from "../home/store.js"
import { engineElsewhere } from "../serving/instant-options.js"

/** What `instant token` is asked. */
export interface TokenOptions {
  /** The id of the user; empty for an anonymous visitor. */
  readonly user: string
  /** Makes a subscription token instead of a connection token. */
  readonly channel?: string
  /** In seconds. */
  readonly lifetime: number
}

/** Prints a token that connects as a user, or that subscribes a user to a channel. */
export async function token({ user, channel, lifetime }: TokenOptions): Promise<void> {
  const home = findHome()
  const key = engineElsewhere(home)?.tokenSecret ?? (await readSecrets(home))?.tokenKey
  if (key === undefined) {
    throw new CliError(
      `There are no secrets in ${home.folder}: run "instant start" once, or set INSTANT_TOKEN_KEY and INSTANT_API_KEY`,
    )
  }
  const signer = new TokenSigner(key, lifetime)
  const subject = user === "" ? null : { id: user }
  console.log(
    channel === undefined
      ? await signer.connection(subject)
      : await signer.subscription(subject, (await channelIn(home, channel)) ?? channel),
  )
}
