import { type EngineConfig, weaknessesOf } from "@instant-ws/engine"

/** A sentence for each secret that is easy to guess. Keys without a value have no secret. */
export function weakSecrets({ client, http_api }: EngineConfig): readonly string[] {
  const { token, subscription_token } = client
  const secrets = {
    "client.token.hmac_secret_key": token.hmac_secret_key,
    "client.token.hmac_previous_secret_key": token.hmac_previous_secret_key,
    "client.subscription_token.hmac_secret_key": subscription_token.hmac_secret_key,
    "client.subscription_token.hmac_previous_secret_key":
      subscription_token.hmac_previous_secret_key,
    "http_api.key": http_api.key,
  }
  return Object.entries(secrets).flatMap(([key, secret]) => {
    const [weakness] = secret === "" ? [] : weaknessesOf(secret)
    return weakness === undefined ? [] : [`${key} ${weakness}`]
  })
}

/** A sentence for each door that stands open. */
export function openDoors({ client, http_api }: EngineConfig): readonly string[] {
  const doors = {
    "client.insecure: anybody may connect, subscribe and publish": client.insecure,
    "client.insecure_skip_token_signature_verify: anybody may connect as any user":
      client.insecure_skip_token_signature_verify,
    "http_api.insecure: anybody who reaches the API may call it":
      http_api.insecure && !http_api.disabled,
  }
  return Object.entries(doors).flatMap(([sentence, isOpen]) => (isOpen ? [sentence] : []))
}
