import { Centrifuge } from "centrifuge"
import { channelName } from "../channels.js"
import { centrifugeFeed, eventFrame } from "./centrifuge-server.js"
import { hostClient } from "./host-client.js"

// The stock client alone, which djangoinstant rests on.
const feed = centrifugeFeed()
const client = new Centrifuge("ws://127.0.0.1/", { websocket: feed.WebSocket })

hostClient({
  feed,
  frame: eventFrame,
  async connect() {
    client.connect()
    await client.ready()
  },
  async subscribe(subscriptions, received) {
    const all = Array.from({ length: subscriptions }, (_, i) => {
      const subscription = client.newSubscription(channelName(i))
      subscription.on("publication", received)
      subscription.subscribe()
      return subscription.ready()
    })
    await Promise.all(all)
  },
})
