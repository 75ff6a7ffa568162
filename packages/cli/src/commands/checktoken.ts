import { TokenError, tokenVerifier } from "@instant-ws/engine"
import { CliError } from "../cli-error.js"
import { readConfigFile } from "../config/config-file.js"
import { describeUser } from "../tokens/describe-token.js"

/** What `instant checktoken` is asked. */
export interface CheckTokenOptions {
  /** The configuration file. */
  readonly config: string
}

/**
 * Says whom a connection token is for and until when, by the keys of a configuration file.
 * @throws CliError that says why the token is not valid.
 * @throws ConfigError that names every mistake in the configuration.
 */
export async function checkToken(
  token: string,
  { config: file }: CheckTokenOptions,
): Promise<void> {
  const { config } = await readConfigFile(file)
  const { user, expireAt } = await tokenVerifier(config.client.token)
    .connection(token)
    .catch((cause: unknown) => {
      if (!(cause instanceof TokenError)) throw cause
      throw new CliError(`Not valid by client.token of ${file}: ${cause.message}`, { cause })
    })
  const end = expireAt === undefined ? "without expiration" : `until ${timeOf(expireAt)}`
  console.log(`valid token for ${describeUser(user)}, ${end}`)
  console.log(`payload: ${payloadOf(token)}`)
}

/** Unix time in seconds, as a person reads it. */
function timeOf(seconds: number): string {
  const date = new Date(seconds * 1_000)
  return Number.isNaN(date.getTime()) ? `Unix time ${seconds}` : date.toISOString()
}

/** The JSON of a token's claims. */
function payloadOf(token: string): string {
  return Buffer.from(token.split(".")[1] ?? "", "base64url").toString()
}
