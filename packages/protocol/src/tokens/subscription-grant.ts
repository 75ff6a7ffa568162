import { decodeBase64 } from "../base64.js"
import type { Payload } from "../payload.js"
import {
  bool,
  jsonMessage,
  optional,
  payload,
  type ReadAs,
  ShapeError,
  string,
} from "../shape/index.js"

const Flag = optional(jsonMessage({ value: bool }))
/** The JSON of a {@link SubscriptionOverride}: flags are wrapped, so that false is not as if left out. */
const Override = jsonMessage({
  presence: Flag,
  join_leave: Flag,
  force_push_join_leave: Flag,
  force_positioning: Flag,
  force_recovery: Flag,
})

/**
 * The JSON of what a subscription is granted, in tokens, by proxies and over the server API; `b64…` hold
 * what is not JSON.
 */
export const grantFields = {
  info: payload,
  b64info: string,
  data: payload,
  b64data: string,
  override: Override,
}
const Grant = jsonMessage(grantFields)

/** The options of a channel that one subscription has otherwise; those left out stay. */
export type SubscriptionOverride = {
  readonly [Option in keyof ReadAs<typeof Override>]?: boolean
}

/** What one subscription is granted. */
export interface SubscriptionGrant {
  /** Shown to others in presence and with what this subscriber publishes. */
  readonly info: Payload | undefined
  /** Sent in the reply that confirms the subscription. */
  readonly data: Payload | undefined
  readonly override: SubscriptionOverride
}

/** The grant of a channel that is only named. */
export const plainGrant: SubscriptionGrant = { info: undefined, data: undefined, override: {} }

/** @throws ShapeError when `b64info` or `b64data` is no base64. */
export function grantOf(read: ReadAs<typeof Grant>): SubscriptionGrant {
  const { info, b64info, data, b64data, override } = read
  return {
    info: payloadOf(info, b64info),
    data: payloadOf(data, b64data),
    override: overrideOf(override),
  }
}

/** The flags that are given. */
export function overrideOf(read: ReadAs<typeof Override>): SubscriptionOverride {
  const flags = Object.entries(read).flatMap(([option, flag]) =>
    flag === undefined ? [] : [[option, flag.value] as const],
  )
  return Object.fromEntries(flags)
}

/** The bytes of base64, or else the JSON. @throws ShapeError when there is text but no base64. */
export function payloadOf(json: Payload | undefined, base64: string): Payload | undefined {
  if (base64 === "") return json
  // Some encoders break their lines.
  const bytes = decodeBase64(base64.replace(/[\r\n]/g, ""))
  if (bytes === undefined) throw new ShapeError("expected padded base64")
  return bytes
}
