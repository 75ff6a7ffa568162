import type { Client } from "./client.js"
import type { ServerPayload } from "./dcrf-error.js"
import type { Untyped } from "./rows.js"

/** The payload of a message, where it has one. */
export function payloadOf({ options }: Client, message: Untyped): ServerPayload | undefined {
  return options.multiplexed === false ? message : message.payload
}

/** Calls `hear` for each payload that is selected. @returns what ends that */
export function listen(
  client: Client,
  selector: object,
  hear: (payload: ServerPayload) => void,
): () => void {
  const id = client.dispatcher.listen(selector, (message) => hear(payloadOf(client, message) ?? {}))
  return () => {
    client.dispatcher.cancel(id)
  }
}

/** Sends a payload, or queues it. @returns its text @throws what the hooks throw */
export function post(client: Client, stream: string, payload: Untyped): string {
  const { options, serializer, queue } = client
  const own = { ...payload }
  const sent = options.preprocessPayload?.(stream, own, own.request_id) || own
  const message = client.buildMultiplexedMessage(stream, sent)
  const text = serializer.serialize(options.preprocessMessage?.(message) || message)
  queue.send(text)
  return text
}
