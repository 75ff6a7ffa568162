import type { ChannelName, EventClassOf, MessageOf } from "../events.js"

/** The filters that a map of channels allows. */
export type FilterOf<Channels> =
  | ChannelName<Channels>
  | ChannelFilter<Channels>
  | {
      readonly channel?: undefined
      readonly eventClass: ChannelFilter<Channels>["eventClass"] & {}
    }

type ChannelFilter<Channels> = {
  [Name in ChannelName<Channels>]: {
    readonly channel: Name
    readonly eventClass?: EventClassOf<Channels, Name>
  }
}[ChannelName<Channels>]

/** The messages that come through a filter, by what a map says of its channels. */
export type MessageFor<Channels, Wanted> = Wanted extends string
  ? MessageOf<Channels, Wanted>
  : Extract<
      MessageOf<
        Channels,
        Wanted extends { channel: infer Name extends string } ? Name : keyof Channels
      >,
      Wanted extends { eventClass: infer EventClass } ? { eventClass: EventClass } : unknown
    >
