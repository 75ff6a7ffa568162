/**
 * What checks data at run time: as much of Standard Schema (https://standardschema.dev) as is needed,
 * so that the schemas of zod, valibot, arktype and others fit.
 */
export interface Schema<Output = unknown> {
  readonly "~standard": {
    /** Gives the checked value, or what is wrong with it. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    /** There for the type checker alone. */
    readonly types?: { readonly output: Output } | undefined
  }
}

/** The checked value, or what is wrong with it. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] }

/** A channel with the schemas of its events' data, by event class: as the server declares it. */
export interface ChannelDeclaration {
  readonly name: string
  readonly events: Readonly<Record<string, Schema>>
}

/**
 * What a schema makes of an event's data.
 * @throws Error when the data doesn't fit, or the schema would take time: events keep their order.
 */
export function checkData(schema: Schema, data: unknown): unknown {
  const result = schema["~standard"].validate(data)
  if (result instanceof Promise) throw new Error("its schema is asynchronous")
  if (result.issues === undefined) return result.value
  throw new Error(result.issues.map(({ message }) => message).join(", "))
}
