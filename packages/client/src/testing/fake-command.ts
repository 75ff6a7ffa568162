import type { Fields } from "./fields.js"

/** A command that has come to a fake server. */
export interface FakeCommand {
  readonly method: string
  /** As on the wire: `{ channel, token, recover, … }`. */
  readonly request: Fields
  /** Who sent it; `""` until the connection is accepted, and for anonymous visitors. */
  readonly user: string
}
