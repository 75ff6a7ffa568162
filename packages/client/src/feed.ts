import type { StreamPosition } from "centrifuge"
import type { Emit } from "./emitter.js"

/** To whom a feed belongs. */
export interface FeedHost {
  readonly emit: Emit
  /** Takes what came on a channel. */
  receive(channel: string, data: unknown): void
}

/** What {@link createFeed} gives. */
export type Feed = ReturnType<typeof createFeed>

/** The publications of one subscription: how far it has come, and how many an interruption held back. */
export function createFeed(channel: string, { emit, receive }: FeedHost) {
  let position: StreamPosition | undefined
  let wasSubscribed = false
  let count = 0
  return {
    /** Where a new subscription goes on. */
    position: () => position,

    subscribed(context: {
      readonly recovered: boolean
      readonly streamPosition?: StreamPosition
    }): void {
      const { recovered: complete } = context
      position = context.streamPosition
      count = 0
      // The client delivers what was recovered in the same turn, right after it says "subscribed".
      if (wasSubscribed) {
        queueMicrotask(() => emit("recovered", [{ channel, missed: count, complete }]))
      }
      wasSubscribed = true
    },

    published({ data, offset }: { readonly data: unknown; readonly offset?: number }): void {
      count++
      if (position && offset) position.offset = offset
      receive(channel, data)
    },
  }
}
