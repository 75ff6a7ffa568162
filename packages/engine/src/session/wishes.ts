import type { Request } from "@instant-ws/protocol"

/** What a subscriber wishes besides the channel. */
export type SubscribeWishes = Pick<
  Request<"subscribe">,
  "recover" | "recoverable" | "positioned" | "offset" | "epoch" | "join_leave" | "delta" | "tf"
>

/** Nothing in particular. */
export const NO_WISHES: SubscribeWishes = {
  recover: false,
  recoverable: false,
  positioned: false,
  offset: 0,
  epoch: "",
  join_leave: false,
  delta: "",
  tf: undefined,
}
