import { z } from "zod"
import { channelName } from "../channels.js"
import { Feed } from "./feed.js"

const command = z.object({
  id: z.number().optional(),
  connect: z.object({}).optional(),
  subscribe: z.object({}).optional(),
})

/** A server that lets everybody in, and to every channel. */
export function centrifugeFeed(): Feed {
  return new Feed((text) => [text.split("\n").map(answer).join("\n")])
}

function answer(line: string): string {
  const { id, connect, subscribe } = command.parse(JSON.parse(line))
  const started = { recoverable: true, positioned: true, epoch: "bench", offset: 0 }
  return JSON.stringify({
    id,
    ...(connect && { connect: { client: "bench", version: "0.0.0" } }),
    ...(subscribe && { subscribe: started }),
  })
}

/** An event as an application publishes it. */
export function eventFrame(channel: number, sequence: number): string {
  const name = channelName(channel)
  return JSON.stringify({
    push: {
      channel: name,
      pub: {
        data: {
          id: "01977d3e-3c5c-7d3a-9c39-0b7ce5e0a4c1",
          date: "2025-06-17T12:00:00.000Z",
          channel: name,
          site: "The bench",
          event_class: "order",
          message: "An order has been paid",
          data: { order: sequence, total: "12.50", currency: "EUR" },
        },
        offset: sequence + 1,
      },
    },
  })
}
