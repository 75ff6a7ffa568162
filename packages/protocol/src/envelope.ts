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

/**
 * Reads the data of a publication: an object, or the JSON text of one as older publishers send it.
 * Unknown keys are left out.
 * @throws EnvelopeError when it is neither, or when a key is of another type.
 */
export function readEnvelope(data: unknown): Envelope {
  const value = typeof data === "string" ? parse(data) : data
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new EnvelopeError("The publication is not an object, nor the JSON text of one")
  }
  const fields = value as Readonly<Record<string, unknown>>
  return {
    channel: text(fields, "channel") ?? "",
    site: text(fields, "site") ?? "",
    ...("message" in fields && { message: fields.message }),
    ...("data" in fields && { data: fields.data }),
    ...optionalText(fields, "event_class"),
    ...optionalText(fields, "bucket"),
    ...optionalText(fields, "id"),
    ...optionalText(fields, "date"),
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new EnvelopeError("The publication is a text that is not JSON", { cause })
  }
}

function text(fields: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = fields[key]
  if (value === undefined || value === null) return undefined
  if (typeof value === "string") return value
  throw new EnvelopeError(`"${key}" of the publication is not a text`)
}

function optionalText<K extends string>(
  fields: Readonly<Record<string, unknown>>,
  key: K,
): { readonly [P in K]?: string } {
  const value = text(fields, key)
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: string })
}
