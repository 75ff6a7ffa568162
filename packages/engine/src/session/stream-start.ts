import { errors, ProtocolError, type Request, type SubscribeResult } from "@instant-ws/protocol"
import type { StreamPart } from "../broker/broker.js"
import { type Channel, keepsHistory } from "../channel/options.js"
import { toPublication } from "../channel/publisher.js"
import type { Node } from "../node.js"

/** Where a client left a stream, and whether it wants to go on from there. */
export type StreamRequest = Pick<
  Request<"subscribe">,
  "recover" | "recoverable" | "positioned" | "offset" | "epoch"
>

/** How a subscription begins. */
export interface StreamStart {
  /** What the subscribe reply says of the stream. */
  readonly result: SubscribeResult
  /** The reply covers the stream up to this offset; 0 where the channel doesn't count. */
  readonly offset: number
}

/**
 * Finds where a subscription begins in the channel's stream, with all that the client missed, or with
 * nothing of it when anything is gone: never a part. The subscription must be in the hub already, so
 * that nothing falls between.
 */
export async function startStream(
  node: Node,
  channel: Channel,
  request: StreamRequest,
): Promise<StreamStart> {
  const { isRecoverable, isPositioned } = modeOf(channel, request)
  const wasRecovering = request.recover ? { was_recovering: true } : {}
  if (!isPositioned) return { result: wasRecovering, offset: 0 }
  const mode = { recoverable: isRecoverable, positioned: true, ...wasRecovering }
  const name = channel.name.name
  const metaTtl = node.publisher.metaTtl(channel.options)
  if (isRecoverable && request.recover) {
    const missed = await recover(node, name, { since: request, metaTtl })
    if (missed !== undefined) {
      const { epoch, offset: top } = missed.position
      const publications = missed.publications.map(toPublication)
      const recovered = { recovered: true, publications, epoch, offset: request.offset }
      return { result: { ...mode, ...recovered }, offset: top }
    }
  }
  const { position } = await node.broker.history(name, { limit: 0, metaTtl })
  return { result: { ...mode, ...position }, offset: position.offset }
}

function modeOf({ options }: Channel, request: StreamRequest) {
  if (!keepsHistory(options)) return { isRecoverable: false, isPositioned: false }
  const mayAsk = options.allow_recovery || options.allow_history_for_client
  const isRecoverable = options.force_recovery || (request.recoverable && mayAsk)
  const mayPosition = options.allow_positioning || mayAsk
  const isPositioned =
    isRecoverable || options.force_positioning || (request.positioned && mayPosition)
  return { isRecoverable, isPositioned }
}

/** All that came after a position; undefined when some of it is gone, or more than may be recovered. */
async function recover(
  node: Node,
  channel: string,
  { since, metaTtl }: { readonly since: StreamRequest; readonly metaTtl: number },
): Promise<StreamPart | undefined> {
  const { offset, epoch } = since
  const limit = node.config.client.recovery_max_publication_limit
  try {
    const part = await node.broker.history(channel, { since: { offset, epoch }, metaTtl })
    const { publications, position } = part
    const missed = position.offset - offset
    const isWhole = missed >= 0 && publications.length === missed
    return isWhole && (limit === 0 || missed <= limit) ? part : undefined
  } catch (error) {
    if (error instanceof ProtocolError && error.code === errors.unrecoverablePosition.code) {
      return undefined
    }
    throw error
  }
}
