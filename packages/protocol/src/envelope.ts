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

const keys = ["channel", "site", "message", "data", "event_class", "bucket", "id", "date"]

/**
 * Reads the data of a publication: an object, or the JSON text of one as older publishers send it.
 * Unknown keys are left out.
 * @throws EnvelopeError when it is neither, or when a key is of another type.
 */
export function readEnvelope(data: unknown): Envelope {
  const fields = typeof data === "string" ? readJson(data) : data
  if (Object(fields) !== fields || Array.isArray(fields)) throw new EnvelopeError("it is no object")
  const envelope: Envelope & Record<string, unknown> = { channel: "", site: "" }
  for (const key of keys) {
    const value = Object(fields)[key]
    const isAny = key === "message" || key === "data"
    if (isAny ? value !== undefined : typeof value === "string") envelope[key] = value
    else if (value != null) throw new EnvelopeError(`its "${key}" is no text`)
  }
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
