import { v7 as uuidv7 } from "uuid"
import type { Envelope } from "./envelope.js"

/** An event before it is published: at least one of `message` and `data`. */
export interface EventInput {
  readonly channel: string
  readonly site: string
  readonly message?: unknown
  readonly data?: unknown
  readonly eventClass?: string | undefined
  readonly bucket?: string | undefined
}

/** An envelope as it is written now: what older publishers leave out is there. */
export type WrittenEnvelope = Envelope & Required<Pick<Envelope, "id" | "date">>

/**
 * The envelope of an event that happens now, its keys in the order of the contract.
 * @throws TypeError when there is neither a message nor data.
 */
export function writeEnvelope(event: EventInput): WrittenEnvelope {
  const { channel, site, message, data, eventClass, bucket } = event
  if (message === undefined && data === undefined) {
    throw new TypeError("Provide either a message or data argument")
  }
  return {
    channel,
    site,
    ...(message !== undefined && { message }),
    ...(data !== undefined && { data }),
    ...(eventClass !== undefined && { event_class: eventClass }),
    ...(bucket !== undefined && bucket !== "" && { bucket }),
    id: uuidv7(),
    date: new Date().toISOString(),
  }
}
