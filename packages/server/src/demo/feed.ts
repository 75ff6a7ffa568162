import type { Logger } from "pino"
import type { Instant } from "../instant.js"
import type { EventOptions } from "../publish/event-options.js"
import type { DemoChannel } from "./channels.js"

/** Publishes to a channel of the demo, beside what is really going on: a failure hinders nothing. */
export type Feed = (channel: DemoChannel, message: string | undefined, event: EventOptions) => void

/** The feed of an instance; what fails is logged. */
export function feedOf(instant: Instant, log: Logger | undefined): Feed {
  return (channel, message, event) => {
    instant.publish(channel, message, event).catch((error: unknown) => {
      log?.warn({ err: error, channel }, "the demo could not publish")
    })
  }
}
