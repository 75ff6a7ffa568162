import type { MaybeRefOrGetter, Plugin, ShallowRef } from "vue"
import type { ChannelName, MessageOf } from "../events.js"
import type { Handler } from "../handlers.js"
import type { Instant } from "../instant.js"
import type { ChannelState } from "../live/claim-channel.js"
import type { MessagesOptions } from "../live/live-messages.js"
import type { FilterOf, MessageFor } from "../live/matching.js"
import type { Status } from "../status.js"
import type { Member } from "../told.js"
import { useChannel, useMessages, usePresence, useStatus } from "./composables.js"
import { createInstantPlugin, provideInstant, useInstantClient } from "./provide-instant.js"

/** The functions of this module, typed by a map of channels. */
export interface InstantComposables<Channels> {
  /** See {@link provideInstant}. */
  readonly provideInstant: (instant: Instant<Channels>) => void
  /** See {@link createInstantPlugin}. */
  readonly createInstantPlugin: (instant: Instant<Channels>) => Plugin
  /** See {@link useInstantClient}. */
  readonly useInstantClient: () => Instant<Channels>
  /** See {@link useChannel}. */
  readonly useChannel: <Name extends ChannelName<Channels>>(
    channel: MaybeRefOrGetter<Name>,
    handler?: Handler<MessageOf<Channels, Name>>,
  ) => Readonly<ShallowRef<ChannelState>>
  /** See {@link useMessages}. */
  readonly useMessages: <const Wanted extends FilterOf<Channels>>(
    filter: MaybeRefOrGetter<Wanted>,
    options?: MessagesOptions,
  ) => Readonly<ShallowRef<readonly MessageFor<Channels, Wanted>[]>>
  /** See {@link usePresence}. */
  readonly usePresence: (
    channel: MaybeRefOrGetter<ChannelName<Channels>>,
  ) => Readonly<ShallowRef<readonly Member[]>>
  /** See {@link useStatus}. */
  readonly useStatus: () => Readonly<ShallowRef<Status>>
}

const composables = {
  provideInstant,
  createInstantPlugin,
  useInstantClient,
  useChannel,
  useMessages,
  usePresence,
  useStatus,
}

/**
 * The functions of this module, typed by a map from channels to event classes to their data, as
 * `useInstant` takes it; nobody checks it when data comes.
 *
 * @example
 * export const { useMessages } = createComposables<{ orders: { paid: { id: number } } }>()
 */
export function createComposables<Channels>(): InstantComposables<Channels> {
  // They are the same functions: the map is the application's word.
  return composables as unknown as InstantComposables<Channels>
}
