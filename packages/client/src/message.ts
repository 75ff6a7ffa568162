import type { Envelope } from "@instant-ws/protocol/envelope"

/** An event as handlers get it. `Data` and `Msg` say what the publisher sends; nobody checks them. */
export class Message<Data = unknown, Msg = string> {
  /** The channel on which it came: with its `$` when private, `@me` when it was for this user alone. */
  readonly channelName: string
  /** The text, or whatever JSON was published as message; `""` when there was none. */
  readonly msg: Msg
  /** The data of the event; `{}` when there was none. */
  readonly data: Data
  /** What sort of event it is; `""` when unsaid. */
  readonly eventClass: string
  /** The name of the site that published. */
  readonly site: string
  /** A label of the publisher's choice; `""` when unsaid. */
  readonly bucket: string
  /** When it was published; the time of receipt when the publisher didn't say. */
  readonly date: Date
  /** Unique, and in the order of time; `""` when the publisher gave none. */
  readonly id: string
  readonly #envelope: Envelope

  /** The channel is the envelope's own unless said. */
  constructor(envelope: Envelope, channelName: string = envelope.channel) {
    // The publisher's word is taken for both types: JSON carries none.
    this.msg = ("message" in envelope ? envelope.message : "") as Msg
    this.data = ("data" in envelope ? envelope.data : {}) as Data
    this.channelName = channelName
    this.eventClass = envelope.event_class ?? ""
    this.site = envelope.site
    this.bucket = envelope.bucket ?? ""
    this.date = dateOf(envelope)
    this.id = envelope.id ?? ""
    this.#envelope = envelope
  }

  /** The event as it travelled. */
  get envelope(): Envelope {
    return this.#envelope
  }
}

function dateOf({ date }: Envelope): Date {
  const published = new Date(date ?? Number.NaN)
  return Number.isNaN(published.getTime()) ? new Date() : published
}
