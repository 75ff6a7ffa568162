import type { StandardSchemaV1 } from "@standard-schema/spec"

/** An event that is published is not as its channel's declaration says; the message tells what is wrong. */
export class EventError extends Error {
  override readonly name = "EventError"
  /** The channel as it is declared. */
  readonly channel: string
  /** Empty when the event has none. */
  readonly eventClass: string
  /** What its schema finds wrong; empty when the event class isn't declared. */
  readonly issues: readonly StandardSchemaV1.Issue[]

  constructor(event: Pick<EventError, "channel" | "eventClass" | "issues">, reason: string) {
    super(`The event "${event.eventClass}" on the channel "${event.channel}" ${reason}`)
    this.channel = event.channel
    this.eventClass = event.eventClass
    this.issues = event.issues
  }
}
