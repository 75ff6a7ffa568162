import { type Client, connect } from "dcrf-client"
import { FakeDcrfServer } from "dcrf-client/testing"

declare global {
  /** The fake server of a page, for its test to steer. */
  var fake: FakeDcrfServer
}

/** Connects to the server that the page's address names, else to a fake one. */
export function connectThings(): Client {
  const url = new URLSearchParams(location.search).get("server")
  const hurry = { minReconnectionDelay: 50, maxReconnectionDelay: 200 }
  if (url !== null) return connect(url, { websocket: hurry })
  const rows = [
    { pk: 1, name: "apple", counter: 0 },
    { pk: 2, name: "banana", counter: 2 },
  ]
  globalThis.fake = new FakeDcrfServer({ things: { rows, defaults: { counter: 0 } } })
  return connect(fake.url, fake.options)
}
