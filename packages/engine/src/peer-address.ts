const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.)/

/**
 * The address that a request or a connection comes from, or "" when the server beneath doesn't tell. A
 * proxy on the same machine is believed when it names the client; nobody else can say to be somebody
 * else.
 * @param address The other end of the socket.
 * @param forwardedFor The request's `X-Forwarded-For`, of which the last address counts: the proxy's.
 */
export function peerAddress(
  address: string | undefined,
  forwardedFor: string | readonly string[] | undefined,
): string {
  if (address === undefined) return ""
  if (forwardedFor === undefined || !LOOPBACK.test(address)) return address
  const last = forwardedFor.toString().split(",").at(-1)?.trim()
  return last === undefined || last === "" ? address : last
}
