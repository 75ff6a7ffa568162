/** How to make a good secret, for messages to people. */
export const MAKE_A_SECRET =
  "node -p \"require('node:crypto').randomBytes(32).toString('base64url')\""

/** In characters. */
const MIN_LENGTH = 32
const EXAMPLE = /change.?me|example|secret|password/i

/** What makes a secret easy to guess, each with what to do: "is shorter than …". */
export function weaknessesOf(secret: string): readonly string[] {
  const weaknesses = {
    [`is shorter than ${MIN_LENGTH} characters`]: secret.length < MIN_LENGTH,
    "is taken from an example": EXAMPLE.test(secret),
  }
  return Object.entries(weaknesses).flatMap(([weakness, hasIt]) =>
    hasIt ? [`${weakness}: make one with: ${MAKE_A_SECRET}`] : [],
  )
}
