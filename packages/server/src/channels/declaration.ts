// Without imports that run: a declaration is loaded by browsers too.
import type { StandardSchemaV1 } from "@standard-schema/spec"
import type { ChannelLevel } from "./level.js"

/** The schemas of events' data, by event class. */
export type EventSchemas = Readonly<Record<string, StandardSchemaV1>>

/** A channel that the site's code declares: it is made or updated in the store at the start. */
export interface ChannelDeclaration {
  /** With or without its `$`. */
  readonly name: string
  /** @default that of the store; "superuser" for a channel that is new */
  readonly level?: ChannelLevel | undefined
  /** Names of groups. @default those of the store */
  readonly groups?: readonly string[] | undefined
  /** What the data of its events is like. @default anything, of any event class */
  readonly events?: EventSchemas | undefined
}

/** A channel with the schemas of its events, as `djangoinstant` takes it too. */
export interface EventDeclaration<
  Name extends string = string,
  Events extends EventSchemas = EventSchemas,
> extends ChannelDeclaration {
  readonly name: Name
  readonly events: Events
}

/**
 * Declares a channel, with the schemas of its events' data by event class. Any Standard Schema will
 * do: of zod, valibot, arktype and others. The server and `djangoinstant` take the same declaration.
 */
export function channel<const Name extends string, Events extends EventSchemas>(
  name: Name,
  fields: Omit<EventDeclaration<Name, Events>, "name">,
): EventDeclaration<Name, Events> {
  return { ...fields, name }
}

/** An event of a declared channel: its class, and the data that goes with it. */
export type DeclaredEvent<Declaration extends EventDeclaration> = {
  [Class in keyof Declaration["events"] & string]: {
    readonly eventClass: Class
    /** Its schema makes of it what clients get. */
    readonly data: StandardSchemaV1.InferInput<Declaration["events"][Class]>
  }
}[keyof Declaration["events"] & string]
