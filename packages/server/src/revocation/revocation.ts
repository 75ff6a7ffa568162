/** What access is taken away. */
export type Revocation =
  /** All that a user has: connections, and tokens. */
  | { readonly kind: "user"; readonly user: string }
  /** One channel, from one user. */
  | { readonly kind: "member"; readonly user: string; readonly channel: string }
  /** One channel, from whoever may not see it any more. */
  | { readonly kind: "channel"; readonly channel: string }
