import { readConfigFile } from "../config/config-file.js"
import { describeTtl, describeUser } from "../tokens/describe-token.js"
import { FileSigner, type Subject } from "../tokens/file-signer.js"

/** What `instant gentoken` is asked. */
export interface GenTokenOptions extends Subject {
  /** The configuration file. */
  readonly config: string
  /** Prints the token and nothing else. */
  readonly quiet: boolean
}

/**
 * Prints a token that connects as a user, by the keys of a configuration file.
 * @throws CliError when the file has no key to sign with.
 * @throws ConfigError that names every mistake in the configuration.
 */
export async function generateToken(options: GenTokenOptions): Promise<void> {
  const { config } = await readConfigFile(options.config)
  const token = await new FileSigner(config.client.token, "client.token").connection(options)
  if (!options.quiet) {
    console.log(`HMAC SHA-256 JWT for ${describeUser(options.user)} ${describeTtl(options)}:`)
  }
  console.log(token)
}
