import type { Off } from "./emitter.js"
import type { Filter, Handler, MessageHandler } from "./handlers.js"
import type { Message } from "./message.js"
import type { ChannelDeclaration, Schema } from "./schema.js"

/** The names that a map of channels has, with and without the `$` of a private channel. */
export type ChannelName<Channels> = unknown extends Channels ? string : NameOf<keyof Channels>

type NameOf<Key> = Key extends string ? Key | `$${Key}` : never

/** The channel of the map that a name stands for. */
type KeyOf<Channels, Name> = Name extends keyof Channels
  ? Name
  : Name extends `$${infer Bare extends keyof Channels & string}`
    ? Bare
    : never

/** A message of one event class: `data` is what the map says. */
export type EventMessage<Data, EventClass> = Message<Data> & { readonly eventClass: EventClass }

/** Any message of a channel: `eventClass` tells which, and narrows `data`. */
export type MessageOf<Channels, Name> = unknown extends Channels
  ? Message
  : AnyOf<Channels[KeyOf<Channels, Name>]>

type AnyOf<Events> = Events extends unknown
  ? { [Class in keyof Events]: EventMessage<Events[Class], Class> }[keyof Events]
  : never

/** The event classes of a channel. */
export type EventClassOf<Channels, Name> = unknown extends Channels
  ? string
  : keyof Channels[KeyOf<Channels, Name>] & string

/** The data that a channel's events of a class carry. */
export type DataOf<Channels, Name, EventClass> = unknown extends Channels
  ? unknown
  : EventClass extends keyof Channels[KeyOf<Channels, Name>]
    ? Channels[KeyOf<Channels, Name>][EventClass]
    : never

/** The event classes of all channels. */
type AnyEventClass<Channels> = {
  [Key in keyof Channels]: keyof Channels[Key] & string
}[keyof Channels]

/** A message of a class, on whichever channel. */
type MessageOfClass<Channels, EventClass> = {
  [Key in keyof Channels]: EventClass extends keyof Channels[Key]
    ? EventMessage<Channels[Key][EventClass], EventClass>
    : never
}[keyof Channels]

/** `on`, where nothing is known of the channels: `Data` and `Msg` are the application's word. */
export type UntypedOn = <Data = unknown, Msg = string>(
  filter: Filter,
  handler: MessageHandler<Data, Msg>,
) => Off

/** `on`, where a map of channels says what their events carry. */
export interface TypedOn<Channels> {
  <Name extends ChannelName<Channels>>(
    filter: Name | { readonly channel: Name; readonly eventClass?: undefined },
    handler: Handler<MessageOf<Channels, Name>>,
  ): Off
  <Name extends ChannelName<Channels>, EventClass extends EventClassOf<Channels, Name>>(
    filter: { readonly channel: Name; readonly eventClass: EventClass },
    handler: Handler<EventMessage<DataOf<Channels, Name, EventClass>, EventClass>>,
  ): Off
  <EventClass extends AnyEventClass<Channels>>(
    filter: { readonly channel?: undefined; readonly eventClass: EventClass },
    handler: Handler<MessageOfClass<Channels, EventClass>>,
  ): Off
}

/** The `on` of an {@link Instant}, by what is known of its channels. */
export type On<Channels> = unknown extends Channels ? UntypedOn : TypedOn<Channels>

/** The map of channels that declarations with schemas amount to. */
export type DeclaredChannels<Declarations extends readonly ChannelDeclaration[]> = {
  [Declaration in Declarations[number] as Declaration["name"]]: {
    [Class in keyof Declaration["events"]]: Declaration["events"][Class] extends Schema<infer Data>
      ? Data
      : never
  }
}
