import type { ReactElement } from "react"
import type { ChannelName, MessageOf } from "../events.js"
import type { Handler } from "../handlers.js"
import type { Instant } from "../instant.js"
import type { ChannelState } from "../live/claim-channel.js"
import type { MessagesOptions } from "../live/live-messages.js"
import type { FilterOf, MessageFor } from "../live/matching.js"
import type { Status } from "../status.js"
import type { Member } from "../told.js"
import { useChannel, useMessages, usePresence, useStatus } from "./hooks.js"
import { InstantProvider, type InstantProviderProps, useInstantClient } from "./instant-provider.js"

/** The hooks of this module, typed by a map of channels. */
export interface InstantHooks<Channels> {
  /** See {@link InstantProvider}. */
  readonly InstantProvider: (props: InstantProviderProps<Channels>) => ReactElement
  /** See {@link useInstantClient}. */
  readonly useInstantClient: () => Instant<Channels>
  /** See {@link useChannel}. */
  readonly useChannel: <Name extends ChannelName<Channels>>(
    channel: Name,
    handler?: Handler<MessageOf<Channels, Name>>,
  ) => ChannelState
  /** See {@link useMessages}. */
  readonly useMessages: <const Wanted extends FilterOf<Channels>>(
    filter: Wanted,
    options?: MessagesOptions,
  ) => readonly MessageFor<Channels, Wanted>[]
  /** See {@link usePresence}. */
  readonly usePresence: (channel: ChannelName<Channels>) => readonly Member[]
  /** See {@link useStatus}. */
  readonly useStatus: () => Status
}

const hooks = {
  InstantProvider,
  useInstantClient,
  useChannel,
  useMessages,
  usePresence,
  useStatus,
}

/**
 * The hooks of this module, typed by a map from channels to event classes to their data, as
 * `useInstant` takes it; nobody checks it when data comes.
 *
 * @example
 * export const { useMessages, useStatus } = createHooks<{ orders: { paid: { id: number } } }>()
 */
export function createHooks<Channels>(): InstantHooks<Channels> {
  // They are the same functions: the map is the application's word.
  return hooks as unknown as InstantHooks<Channels>
}
