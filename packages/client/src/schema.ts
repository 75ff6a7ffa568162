import type { Envelope } from "@instant-ws/protocol/envelope"

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
 * An event of a declared channel, with what its schema makes of the data.
 * @throws Error when the data doesn't fit, or its event class isn't declared.
 */
export function checkEvent({ events }: ChannelDeclaration, envelope: Envelope): Envelope {
  const { event_class = "", data = {} } = envelope
  const undeclared = { issues: [{ message: `no event class "${event_class}" is declared` }] }
  const schema = Object.hasOwn(events, event_class) ? events[event_class] : undefined
  const result = schema?.["~standard"].validate(data) ?? undeclared
  // Events keep their order.
  if (result instanceof Promise) throw new Error("its schema is asynchronous")
  if (result.issues) throw new Error(result.issues.map(({ message }) => message).join(", "))
  return { ...envelope, data: result.value }
}
