import { dataField } from "../../panels/data-field.js"

/** Something that was published in a channel, whatever it is. */
export class ChannelEvent {
  /** When it was published; when it came, if it doesn't say. */
  readonly date: Date
  /** Empty for none. */
  readonly eventClass: string
  /** In one line. */
  readonly text: string
  /** All of it. */
  readonly whole: unknown
  /** Its place in the history; undefined in channels without one. */
  readonly offset: number | undefined
  #words: string | undefined

  constructor(published: unknown, offset?: number) {
    const data = typeof published === "string" ? fromJson(published) : published
    this.whole = data
    this.offset = offset
    const date = new Date(String(dataField(data, "date")))
    this.date = Number.isNaN(date.getTime()) ? new Date() : date
    this.eventClass = String(dataField(data, "event_class") ?? "")
    this.text = textOf(data)
  }

  /** Whether a text is somewhere in it, in small letters or large. */
  has(text: string): boolean {
    this.#words ??= JSON.stringify(this.whole).toLowerCase()
    return this.#words.includes(text.toLowerCase())
  }
}

/** Some publishers send the JSON text of an envelope. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function textOf(data: unknown): string {
  const message = dataField(data, "message")
  if (typeof message === "string" && message !== "") return message
  return JSON.stringify(message ?? dataField(data, "data") ?? data)
}
