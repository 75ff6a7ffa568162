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
  /** Unique, and in the order of time if a backend published it; `""` when the publisher gave none. */
  readonly id: string

  /** The channel is the envelope's own unless said. */
  constructor(envelope: Envelope, channelName: string = envelope.channel) {
    const { message = "", data = {}, event_class = "", site, bucket = "", id = "" } = envelope
    // The publisher's word is taken for both types: JSON carries none.
    this.msg = message as Msg
    this.data = data as Data
    this.channelName = channelName
    this.eventClass = event_class
    this.site = site
    this.bucket = bucket
    this.date = new Date(Date.parse(envelope.date ?? "") || Date.now())
    this.id = id
  }
}
