/** Somebody who is signed in, by the built-in accounts or by a site's own. */
export interface InstantUser {
  /** Who this is to the engine: the subject of the tokens. The built-in accounts take the name. */
  readonly id: string
  readonly name: string
  readonly staff: boolean
  readonly superuser: boolean
  /** The names of the groups that the user belongs to. */
  readonly groups: readonly string[]
}

/** A built-in account. */
export interface Account extends InstantUser {
  /** An account that isn't active can't sign in, and its sessions count no more. */
  readonly isActive: boolean
}
