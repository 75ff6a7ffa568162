/** 32 characters for the cookie's secret as for the salt of a token. */
const LENGTH = 32
let count = 0

/** A new secret for the cookie. */
export function csrfSecret(): string {
  return `secret${++count}`.padEnd(LENGTH, "-")
}

/** A token of 64 characters for a secret, each a different one. */
export function csrfToken(secret: string): string {
  return `salt${++count}`.padEnd(LENGTH, "-") + secret
}

export function isCsrfTokenOf(secret: string, token: string): boolean {
  return secret.length === LENGTH && token.slice(-LENGTH) === secret
}
