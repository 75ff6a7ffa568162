import type { Client } from "./client.js"
import { selectorOf } from "./message-builders.js"

/** What selects the events of a subscription: one for all actions, unless the application selects itself. */
export function eventSelectors(client: Client, stream: string, id: string): readonly object[] {
  const { options } = client
  const isOwn = Object.keys(options).some((name) => /^buildSubscribe.+Selector$/.test(name))
  if (!isOwn) return [selectorOf(options, stream, { request_id: id })]
  return [
    client.buildSubscribeCreateSelector(stream, id),
    client.buildSubscribeUpdateSelector(stream, id),
    client.buildSubscribeDeleteSelector(stream, id),
  ]
}
