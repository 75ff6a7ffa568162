/** A new UUID, version 4. It is no secret, and `crypto.randomUUID` is missing on pages without TLS. */
export function newRequestId(): string {
  const digit = () => Math.floor(Math.random() * 16).toString(16)
  return "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, digit)
}
