import { useInstant } from "djangoinstant"
import { channelName } from "../channels.js"
import { centrifugeFeed, eventFrame } from "./centrifuge-server.js"
import { hostClient } from "./host-client.js"

// djangoinstant, with a handler for each channel, or with the argument `one` with one for all.
const feed = centrifugeFeed()
let channels: readonly object[] = []
const instant = useInstant({
  websocket: feed.WebSocket,
  fetch: async () => Response.json(tokens()),
})

hostClient({
  feed,
  frame: eventFrame,
  async connect(subscriptions) {
    channels = Array.from({ length: subscriptions }, (_, i) => ({
      name: channelName(i),
      level: "public",
      token: unsigned({ channel: channelName(i) }),
    }))
    await instant.init("http://127.0.0.1", "ws://127.0.0.1")
    await instant.connect(false)
  },
  async subscribe(subscriptions, received) {
    if (process.argv.includes("one")) instant.onMessage(received)
    const names = Array.from({ length: subscriptions }, (_, i) => channelName(i))
    await Promise.all(
      names.map((name) => {
        if (!process.argv.includes("one")) instant.on(name, received)
        return instant.subscribe(name)
      }),
    )
  },
})

function tokens() {
  return { csrf_token: "bench", ws_token: unsigned({}), channels }
}

/** A token, as far as a client can tell. */
function unsigned(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url")
  return `${part({ alg: "HS256" })}.${part({ sub: "bench", ...claims })}.bench`
}
