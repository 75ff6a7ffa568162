import type { Generated } from "kysely"
import type { ChannelLevel } from "../channels/level.js"
import type { OutboxState } from "../outbox/outbox-entry.js"

/** Yes and no as every database stores them. */
export type Flag = 0 | 1

/** A value as a {@link Flag}. */
export const flag = (value: boolean): Flag => (value ? 1 : 0)

/** The tables, named as django-instant names its own. */
export interface Schema {
  readonly instant_channel: {
    readonly id: Generated<number>
    readonly name: string
    readonly level: ChannelLevel
    readonly is_active: Flag
  }
  readonly instant_group: {
    readonly id: Generated<number>
    readonly name: string
  }
  readonly instant_channel_group: {
    readonly channel_id: number
    readonly group_id: number
  }
  readonly instant_user: {
    readonly id: Generated<number>
    readonly name: string
    /** Null when the user has no password, and so cannot sign in. */
    readonly password_hash: string | null
    readonly is_active: Flag
    readonly is_staff: Flag
    readonly is_superuser: Flag
  }
  readonly instant_user_group: {
    readonly user_id: number
    readonly group_id: number
  }
  readonly instant_session: {
    /** SHA-256 of the cookie's value, in hex: who reads the database cannot take a session over. */
    readonly id: string
    readonly user_id: number
    /** Unix time in milliseconds. */
    readonly expires_at: number
  }
  readonly instant_revocation: {
    readonly id: Generated<number>
    /** Unix time in milliseconds. */
    readonly at: number
    /** Null: whoever may not see the channel any more. */
    readonly user_id: string | null
    /** Null: all that the user has. */
    readonly channel: string | null
  }
  readonly instant_outbox: {
    /** The order of delivery. */
    readonly id: Generated<number>
    /** UUIDv7: of the envelope, and the key that the engine knows a second delivery by. */
    readonly key: string
    readonly channel: string
    /** JSON. */
    readonly envelope: string
    readonly state: OutboxState
    /** Unix time in milliseconds, as are all times here. */
    readonly created_at: number
    /** Not before then; for what waits it counts once it was tried. */
    readonly due_at: number
    /** How often the engine has refused it. */
    readonly attempts: Generated<number>
    /** Empty when there was none. */
    readonly last_error: Generated<string>
    readonly delivered_at: number | null
    /** The dispatcher that has it until `claimed_until`; empty when none has. */
    readonly claimed_by: Generated<string>
    readonly claimed_until: Generated<number>
  }
  readonly instant_audit: {
    /** The order in which it was done. */
    readonly id: Generated<number>
    /** Unix time in milliseconds. */
    readonly at: number
    /** Who did it: name, and id where it differs. */
    readonly actor: string
    readonly action: string
    /** The name of what it was done to. */
    readonly target: string
    /** JSON, without secrets. */
    readonly details: string
  }
}
