import { type TokenOptions, TokenOptionsError, tokenVerifier } from "@instant-ws/protocol"
import type { Mistake } from "../config-error.js"
import type { EngineConfig } from "../schema.js"

/** What of `client` must go together. */
export function checkClient({ client, channel }: EngineConfig): readonly Mistake[] {
  const { ping_interval, pong_timeout, token, subscription_token } = client
  const mistakes = [...checkToken("client.token", token), ...checkPersonalChannel(client, channel)]
  if (subscription_token.enabled) {
    mistakes.push(...checkToken("client.subscription_token", subscription_token))
  }
  if (ping_interval <= pong_timeout) {
    mistakes.push({
      key: "client.ping_interval",
      problem: 'must be longer than pong_timeout (8s unless set; "-1s" waits for no pong)',
    })
  }
  return mistakes
}

function checkToken(section: string, options: TokenOptions): readonly Mistake[] {
  try {
    tokenVerifier(options)
    return []
  } catch (error) {
    if (!(error instanceof TokenOptionsError)) throw error
    const problem = error.message.replace(`${error.option}: `, "")
    return [{ key: `${section}.${error.option}`, problem }]
  }
}

function checkPersonalChannel(
  { subscribe_to_user_personal_channel: personal }: EngineConfig["client"],
  channel: EngineConfig["channel"],
): Mistake[] {
  if (!personal.enabled) return []
  const section = "client.subscribe_to_user_personal_channel"
  const name = personal.personal_channel_namespace
  const options =
    name === "" ? channel.without_namespace : channel.namespaces.find((one) => one.name === name)
  if (options === undefined) {
    const key = `${section}.personal_channel_namespace`
    return [{ key, problem: `there is no namespace "${name}" in channel.namespaces` }]
  }
  if (!personal.single_connection || options.presence) return []
  const problem = "needs presence in the namespace of the personal channels"
  return [{ key: `${section}.single_connection`, problem }]
}
