import { z } from "zod"
import type { Site } from "../http/endpoint.js"
import { readBody } from "./read-fields.js"
import { resource } from "./resource.js"

const event = z
  .strictObject({
    channel: z.string().min(1, "Name a channel"),
    message: z.json().optional(),
    eventClass: z.string().optional(),
    data: z.json().optional(),
    bucket: z.string().optional(),
    durable: z.boolean().default(false),
  })
  .refine(({ message, data }) => message !== undefined || data !== undefined, {
    path: ["message"],
    error: "Give a message or data",
  })

/** `publish`: an event, now or by the outbox. What is in it is not written down. */
export const publish = (site: Site) =>
  resource(site, {
    async POST({ context, record }) {
      const { channel, message, durable, ...options } = await readBody(context, event)
      const { id, position = null } = await site.publisher.publish(
        channel,
        message,
        durable ? { ...options, durable } : options,
      )
      const { eventClass, bucket } = options
      await record({
        action: "publish",
        target: channel,
        details: { id, eventClass, bucket, durable },
      })
      return { id, position }
    },
  })
