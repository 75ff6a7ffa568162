/** Who somebody is at a fake server. */
export interface FakeUser {
  /** @default "secret" */
  readonly password?: string
  /** Sees the channels of level `staff`. @default false */
  readonly staff?: boolean
  /** Sees the channels of level `superuser`. @default false */
  readonly superuser?: boolean
  /** Sees the channels of these groups. @default [] */
  readonly groups?: readonly string[]
}

/** The password of everybody of whom nothing else is said. */
export const PASSWORD = "secret"
