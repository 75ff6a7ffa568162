import { connect } from "dcrf-client"
import { z } from "zod"
import { Feed } from "./feed.js"
import { hostClient } from "./host-client.js"

const request = z.object({
  stream: z.string(),
  payload: z.object({ action: z.string(), request_id: z.string(), pk: z.number() }),
})

/** The request id of the subscription to each row. */
const requestIds = new Map<number, string>()

const feed = new Feed((text) => {
  const { stream, payload } = request.parse(JSON.parse(text))
  const { action, request_id, pk } = payload
  requestIds.set(pk, request_id)
  const answer = { errors: [], data: null, action, response_status: 201, request_id }
  return [JSON.stringify({ stream, payload: answer })]
})

const client = connect("ws://127.0.0.1/", { websocket: { WebSocket: feed.WebSocket } })

hostClient({
  feed,
  async connect() {
    if (client.status === "connected") return
    await new Promise<void>((resolve) => {
      client.onStatus((status) => {
        if (status === "connected") resolve()
      })
    })
  },
  async subscribe(subscriptions, received) {
    const rows = Array.from({ length: subscriptions }, (_, pk) => pk)
    await Promise.all(rows.map((pk) => client.subscribe("things", pk, received)))
  },
  frame: (pk, sequence) =>
    JSON.stringify({
      stream: "things",
      payload: {
        errors: [],
        data: { pk, name: "A thing with a name of some length", counter: sequence },
        action: "update",
        response_status: 200,
        request_id: requestIds.get(pk),
      },
    }),
})
