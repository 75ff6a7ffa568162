import { type Envelope, EnvelopeError, readEnvelope } from "@instant-ws/server/offline"

/** An event as it is printed. */
export interface Event {
  readonly channel: string
  /** Where it stands in the channel's history; undefined without one. */
  readonly offset: number | undefined
  readonly date: string
  readonly eventClass: string
  readonly bucket: string
  /** A text as it is, other JSON as JSON; empty without a message. */
  readonly message: string
  /** JSON; empty without data. */
  readonly data: string
  /** What was published, as it is. */
  readonly published: unknown
}

/** What a publication of a channel says. One that is no event of Instant is all data. */
export function eventOf(channel: string, publication: unknown): Event {
  const { offset, data: published } = Object(publication)
  const { date = "", event_class = "", bucket = "", message, data } = envelopeIn(published)
  return {
    channel,
    offset: typeof offset === "number" && offset > 0 ? offset : undefined,
    date,
    eventClass: event_class,
    bucket,
    message: typeof message === "string" ? message : json(message),
    data: json(data),
    published,
  }
}

function envelopeIn(published: unknown): Envelope {
  const all: Envelope = { channel: "", site: "", data: published }
  try {
    const envelope = readEnvelope(published)
    return envelope.message === undefined && envelope.data === undefined ? all : envelope
  } catch (error) {
    if (error instanceof EnvelopeError) return all
    throw error
  }
}

function json(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value)
}
