import type { ClientOptions, MessageBuilders } from "./client-options.js"
import type { Untyped } from "./rows.js"

/** What the frames of a request have in common: its id, and an action where one is meant. */
export function selectorOf(
  { multiplexed }: ClientOptions,
  stream: string,
  ids: { readonly request_id: string; readonly action?: string },
): object {
  return multiplexed === false ? ids : { stream, payload: ids }
}

/** The builders of a client: what the options give, called with the client as `this`, else the defaults. */
export function messageBuilders(client: object, options: ClientOptions): MessageBuilders {
  const select = (action?: string) => (stream: string, request_id: string) =>
    selectorOf(options, stream, { request_id, ...(action && { action }) })
  const payload = (action: string, args: object, request_id: string) => ({
    action,
    request_id,
    ...args,
  })
  const builders: Untyped = {
    buildMultiplexedMessage: (stream: string, payload: object) =>
      options.multiplexed === false ? payload : { stream, payload },
    buildRequestResponseSelector: select(),
    buildSubscribeCreateSelector: select("create"),
    buildSubscribeUpdateSelector: select("update"),
    buildSubscribeDeleteSelector: select("delete"),
    buildSubscribePayload: payload,
    buildUnsubscribePayload: payload,
  }
  for (const name in builders) {
    const given = options[name as keyof MessageBuilders]
    if (given) builders[name] = given.bind(client)
  }
  return builders
}
