import {
  DisconnectError,
  disconnects,
  errors,
  type Payload,
  ProtocolError,
  type Publication,
  type SubscribeResult,
} from "@instant-ws/protocol"
import type { StoredPublication } from "../broker/broker.js"
import { asJsonText } from "../channel/broadcast.js"
import { deltaBetween } from "../channel/delta.js"
import type { Channel, ChannelOptions } from "../channel/options.js"
import { Subscription } from "../channel/subscription.js"
import { tagsPredicate } from "../channel/tags-filter.js"
import type { PresentClient } from "../presence/presence.js"
import type { Session } from "./session.js"
import { startStream } from "./stream-start.js"
import type { SubscribeWishes } from "./wishes.js"

/** What a session was granted. */
export interface Grant {
  /** The channel, its options as the grant overrides them. */
  readonly channel: Channel
  /** Who subscribes, as others see it. */
  readonly client: PresentClient
  /** Unix time in seconds; undefined never expires. */
  readonly expireAt: number | undefined
  /** Sent in the subscribe reply. */
  readonly data: Payload | undefined
  readonly isServerSide: boolean
}

/** A subscription that is in the hub and still has to be answered. */
export interface StartedSubscription {
  readonly subscription: Subscription
  readonly result: SubscribeResult
  /** The reply is in the queue: lets publications through, and tells the others. */
  begin(): void
}

/**
 * Makes a subscription and finds where it starts. It is in the hub before its stream is read, so that
 * nothing falls between. When this fails it is gone again.
 * @throws ProtocolError 100 when it was ended meanwhile.
 */
export async function startSubscription(
  session: Session,
  grant: Grant,
  wishes: SubscribeWishes,
): Promise<StartedSubscription> {
  const { node } = session
  const { channel, data, client, expireAt, isServerSide } = grant
  const subscription = new Subscription(channel, session.queue, {
    client,
    expireAt,
    isServerSide,
    wantsJoinLeave: channel.options.force_push_join_leave || wishes.join_leave,
    wantsDelta: wantsDelta(channel.options, wishes.delta),
    filter: filterOf(channel.options, wishes),
  })
  session.add(subscription)
  try {
    await node.membership.present(subscription)
    const { result, start, missed } = await startStream(node, channel, wishes)
    if (subscription.hasEnded) throw new ProtocolError(errors.internal)
    const wanted = subscription.wanted(missed)
    node.metrics?.recovered(result, wanted.length)
    const publications = asWanted(
      wanted,
      subscription.wantsDelta,
      session.transport.codec === "json",
    )
    const delta = subscription.wantsDelta ? { delta: true } : {}
    return {
      subscription,
      result: { ...result, publications, data, ...delta },
      begin() {
        if (subscription.hasEnded) return
        subscription.begin({ ...start, base: wanted.at(-1)?.offset ?? 0 })
        node.membership.joined(subscription)
      },
    }
  } catch (error) {
    session.unsubscribe(subscription)
    throw error
  }
}

/** @throws DisconnectError 3501 for a kind of delta that the protocol doesn't know. */
function wantsDelta({ allowed_delta_types }: ChannelOptions, delta: string): boolean {
  if (delta === "") return false
  if (delta !== "fossil") throw new DisconnectError(disconnects.badRequest)
  return allowed_delta_types?.includes(delta) ?? false
}

function filterOf({ allow_tags_filter }: ChannelOptions, { tf }: SubscribeWishes) {
  if (tf === undefined) return undefined
  if (!allow_tags_filter) throw new ProtocolError(errors.badRequest)
  return tagsPredicate(tf)
}

/** Missed publications in the form of the live ones: each but the first as a delta, where that is wanted. */
function asWanted(
  publications: readonly StoredPublication[],
  wantsDelta: boolean,
  speaksJson: boolean,
): readonly Publication[] {
  if (!wantsDelta) return publications
  return publications.map((publication, index) => {
    const full = speaksJson ? asJsonText(publication) : publication
    const before = publications[index - 1]
    if (before === undefined) return full
    const delta = deltaBetween(before.data, publication.data)
    return (speaksJson ? delta?.json(publication) : delta?.binary(publication)) ?? full
  })
}
