import { API_KEY } from "./engine-config.js"
import type { OutgoingPublication, Peer } from "./peer.js"

const MAX_BATCH = 1_000

/**
 * Publishes over the HTTP API. One request at a time keeps the order; what is published meanwhile is the
 * next one. So a slow answer makes requests larger and not the publisher slower.
 */
export function batchPublisher(port: number): Peer["publish"] {
  const waiting: OutgoingPublication[] = []
  let sending = false
  const send = async (): Promise<void> => {
    sending = true
    while (waiting.length > 0) await postBatch(port, waiting.splice(0, MAX_BATCH))
    sending = false
  }
  return (publications) => {
    waiting.push(...publications)
    if (!sending) void send()
  }
}

async function postBatch(port: number, batch: readonly OutgoingPublication[]): Promise<void> {
  const commands = batch.map((publish) => ({ publish }))
  const response = await fetch(`http://127.0.0.1:${port}/api/batch`, {
    method: "POST",
    headers: { "X-API-Key": API_KEY, "Content-Type": "application/json" },
    body: JSON.stringify({ commands }),
  })
  const answer = await response.text()
  if (!response.ok || answer.includes('"error"')) {
    throw new Error(`The server refused to publish: ${response.status} ${answer.slice(0, 200)}`)
  }
}
