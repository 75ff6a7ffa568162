import type { ClientOptions, MessageBuilders } from "./client-options.js"

/** What all frames of a request have in common, with more to tell them apart. */
export type Select = (stream: string, requestId: string, action?: string) => object

/** Selects by the names of DCRF, inside a stream or bare. */
export function selectBy(multiplexed: boolean): Select {
  return (stream, requestId, action) => {
    const payload = { request_id: requestId, ...(action && { action }) }
    return multiplexed ? { stream, payload } : payload
  }
}

/** The builders of a client: what the options give, called with the client as `this`, else the defaults. */
export function messageBuilders(
  client: object,
  options: ClientOptions,
  select: Select,
): MessageBuilders {
  const payload = (action: string, args: object, requestId: string) => ({
    action,
    request_id: requestId,
    ...args,
  })
  const builders: MessageBuilders = {
    buildMultiplexedMessage: (stream, payload) =>
      options.multiplexed === false ? payload : { stream, payload },
    buildRequestResponseSelector: (stream, requestId) => select(stream, requestId),
    buildSubscribeCreateSelector: (stream, requestId) => select(stream, requestId, "create"),
    buildSubscribeUpdateSelector: (stream, requestId) => select(stream, requestId, "update"),
    buildSubscribeDeleteSelector: (stream, requestId) => select(stream, requestId, "delete"),
    buildSubscribePayload: payload,
    buildUnsubscribePayload: payload,
  }
  const given = Object.keys(builders).flatMap((name) => {
    const hook = options[name as keyof MessageBuilders]
    return hook ? [[name, hook.bind(client)]] : []
  })
  return Object.assign(builders, Object.fromEntries(given))
}
