import type { Envelope } from "@instant-ws/protocol/envelope"

/** What an event carries beside its message. */
export interface EventOptions {
  /** What sort of event it is; handlers may ask for one sort. */
  readonly eventClass?: string
  /** Any JSON. */
  readonly data?: unknown
  /** A label of the publisher's choice. */
  readonly bucket?: string
  /** The name of the site that publishes. @default that of the server */
  readonly site?: string
}

/** An event that happens now. */
export interface NewEvent extends EventOptions {
  readonly channel: string
  readonly site: string
  readonly message: unknown
  /** Unix time in milliseconds. */
  readonly time: number
}

let count = 0

/**
 * The envelope of an event, its keys in the order of the contract.
 * @throws TypeError when there is neither a message nor data.
 */
export function envelopeOf(event: NewEvent): Envelope {
  const { channel, site, message, data, eventClass, bucket = "", time } = event
  if (message === undefined && data === undefined) {
    throw new TypeError("Provide either a message or data argument")
  }
  return {
    channel,
    site,
    ...(message !== undefined && { message }),
    ...(data !== undefined && { data }),
    ...(eventClass !== undefined && { event_class: eventClass }),
    ...(bucket !== "" && { bucket }),
    id: uuidv7(time),
    date: new Date(time).toISOString(),
  }
}

/** Unique, and in the order of time; counted where a real one is random. */
function uuidv7(time: number): string {
  const stamp = Math.floor(time).toString(16).padStart(12, "0")
  const tail = (++count).toString(16).padStart(15, "0")
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${tail.slice(0, 3)}-8${tail.slice(3, 6)}-${tail.slice(6)}000`
}
