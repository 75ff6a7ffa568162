import { errors, ProtocolError, type SubscribeResult } from "@instant-ws/protocol"
import type { StoredPublication, StreamPart } from "../broker/broker.js"
import type { Channel, ChannelOptions } from "../channel/options.js"
import type { Position } from "../channel/subscription.js"
import type { Node } from "../node.js"
import type { SubscribeWishes } from "./wishes.js"

/** How a subscription begins. */
export interface StreamStart {
  /** What the subscribe reply says of the stream. */
  readonly result: SubscribeResult
  /** The reply covers the stream up to here; without an epoch the position isn't watched. */
  readonly start: Position
  /** What the subscriber missed. */
  readonly missed: readonly StoredPublication[]
}

const UNWATCHED: Position = { offset: 0, epoch: "" }

/**
 * Finds where a subscription begins in the channel's stream, with all that the subscriber missed, or
 * with nothing of it when anything is gone: never a part.
 */
export async function startStream(
  node: Node,
  channel: Channel,
  wishes: SubscribeWishes,
): Promise<StreamStart> {
  const { options } = channel
  const { isRecoverable, isPositioned } = modeOf(options, wishes)
  const isRecovering = wishes.recover || (isRecoverable && options.auto_cache_recover)
  const asked = isRecovering ? { was_recovering: true } : {}
  if (!isPositioned) return { result: asked, start: UNWATCHED, missed: [] }
  const mode = { recoverable: isRecoverable, positioned: true, ...asked }
  const part = isRecoverable && isRecovering ? await recover(node, channel, wishes) : undefined
  if (part !== undefined) {
    const { publications: missed, position } = part
    const result = { ...mode, recovered: true, epoch: position.epoch, offset: wishes.offset }
    return { result, start: position, missed }
  }
  const metaTtl = node.publisher.metaTtl(options)
  const { position } = await node.broker.history(channel.name.name, { limit: 0, metaTtl })
  return { result: { ...mode, ...position }, start: position, missed: [] }
}

function modeOf(options: ChannelOptions, wishes: SubscribeWishes) {
  const mayRecover = options.allow_recovery || options.allow_history_for_client
  const isRecoverable = options.force_recovery || (wishes.recoverable && mayRecover)
  const mayPosition = options.allow_positioning || mayRecover
  const isPositioned =
    isRecoverable || options.force_positioning || (wishes.positioned && mayPosition)
  return { isRecoverable, isPositioned }
}

/** What was missed; undefined when it can't be said, or is more than may be recovered. */
async function recover(
  node: Node,
  { name: { name }, options }: Channel,
  { offset, epoch }: SubscribeWishes,
): Promise<StreamPart | undefined> {
  const metaTtl = node.publisher.metaTtl(options)
  if (options.force_recovery_mode === "cache") {
    const latest = await node.broker.history(name, { limit: 1, reverse: true, metaTtl })
    return sinceInCache(latest, { offset, epoch })
  }
  const part = await unlessOfAnotherEpoch(
    node.broker.history(name, { since: { offset, epoch }, metaTtl }),
  )
  if (part === undefined) return undefined
  const missed = part.position.offset - offset
  const isWhole = missed >= 0 && part.publications.length === missed
  const limit = node.config.client.recovery_max_publication_limit
  return isWhole && (limit === 0 || missed <= limit) ? part : undefined
}

/** A cache recovers its latest publication, whatever the epoch, unless the subscriber has it. */
function sinceInCache(latest: StreamPart, since: Position): StreamPart | undefined {
  const [publication] = latest.publications
  if (publication === undefined) return undefined
  const isKnown = since.epoch === latest.position.epoch && since.offset === publication.offset
  return isKnown ? { ...latest, publications: [] } : latest
}

async function unlessOfAnotherEpoch(part: Promise<StreamPart>): Promise<StreamPart | undefined> {
  try {
    return await part
  } catch (error) {
    const isOther =
      error instanceof ProtocolError && error.code === errors.unrecoverablePosition.code
    if (isOther) return undefined
    throw error
  }
}
