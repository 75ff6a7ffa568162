// Without imports: browsers load this file with the client.

/**
 * An event as it travels: the data of a publication. Keys as django-instant wrote them, with `id` and
 * `date` added.
 */
export interface Envelope {
  /** The channel as it was given to publish. */
  readonly channel: string
  /** The name of the site that published. */
  readonly site: string
  /** A text, or any JSON. Absent when none was given. */
  readonly message?: unknown
  /** Any JSON. Absent when none was given. */
  readonly data?: unknown
  readonly event_class?: string
  readonly bucket?: string
  /** UUIDv7: unique, and in the order of time. Absent in what older publishers send. */
  readonly id?: string
  /** When it was published: ISO 8601, UTC, milliseconds. Absent in what older publishers send. */
  readonly date?: string
}

/** A publication's data is no envelope. */
export class EnvelopeError extends Error {
  override readonly name = "EnvelopeError"
}

const texts = ["channel", "site", "event_class", "bucket", "id", "date"] as const

/**
 * Reads the data of a publication: an object, or the JSON text of one as older publishers send it.
 * Unknown keys are left out.
 * @throws EnvelopeError when it is neither, or when a key is of another type.
 */
export function readEnvelope(data: unknown): Envelope {
  const value = typeof data === "string" ? readJson(data) : data
  if (typeof value !== "object" || !value || Array.isArray(value)) {
    throw new EnvelopeError("it is not an object, nor the JSON text of one")
  }
  const { message, data: payload, ...fields }: Readonly<Record<string, unknown>> = { ...value }
  const envelope: { -readonly [Key in keyof Envelope]: Envelope[Key] } = { channel: "", site: "" }
  for (const key of texts) {
    const text = fields[key] ?? undefined
    if (typeof text === "string") envelope[key] = text
    else if (text !== undefined) throw new EnvelopeError(`its "${key}" is not a text`)
  }
  if (message !== undefined) envelope.message = message
  if (payload !== undefined) envelope.data = payload
  return envelope
}

/** The value of a JSON text; undefined when it is none. */
export function readJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
