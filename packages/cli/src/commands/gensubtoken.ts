import { readConfigFile } from "../config/config-file.js"
import { describeTtl, describeUser } from "../tokens/describe-token.js"
import { FileSigner } from "../tokens/file-signer.js"
import type { GenTokenOptions } from "./gentoken.js"

/** What `instant gensubtoken` is asked. */
export interface GenSubTokenOptions extends GenTokenOptions {
  readonly channel: string
}

/**
 * Prints a token that lets a user subscribe to a channel, by the keys of a configuration file.
 * @throws CliError when the file has no key to sign with.
 * @throws ConfigError that names every mistake in the configuration.
 */
export async function generateSubscriptionToken(options: GenSubTokenOptions): Promise<void> {
  const { user, channel } = options
  const { client } = (await readConfigFile(options.config)).config
  const signer = client.subscription_token.enabled
    ? new FileSigner(client.subscription_token, "client.subscription_token")
    : new FileSigner(client.token, "client.token")
  const token = await signer.subscription(options, channel)
  if (!options.quiet) {
    const whom = `${describeUser(user)} and channel ${JSON.stringify(channel)}`
    console.log(`HMAC SHA-256 JWT for ${whom} ${describeTtl(options)}:`)
  }
  console.log(token)
}
