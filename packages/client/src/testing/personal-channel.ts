/** The channel that only the connections of one user are on; clients show it as `@me`. */
export function personalChannel(user: string): string {
  return `$@${user}`
}
