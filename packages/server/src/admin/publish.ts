import { z } from "zod"
import type { Site } from "../http/endpoint.js"
import { readBody } from "./read-fields.js"
import { resource } from "./resource.js"

/** The longest channel name that the outbox and the engine take. */
const LONGEST_CHANNEL = 255

const anything = z.unknown().refine(isShallow, "It is nested too deeply to be sent").optional()

const event = z
  .strictObject({
    channel: z.string().min(1, "Name a channel").max(LONGEST_CHANNEL),
    message: anything,
    eventClass: z.string().optional(),
    data: anything,
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

/** What is read without end can't be written without. */
function isShallow(value: unknown): boolean {
  try {
    JSON.stringify(value)
    return true
  } catch {
    return false
  }
}
