import type { RequestContext } from "./endpoint.js"

const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.)/

/**
 * The address that a request comes from, or "" when the server beneath doesn't tell. A proxy on the
 * same machine is believed when it names the client; nobody else can say to be somebody else.
 */
export function addressOf(context: RequestContext): string {
  const address = context.env?.incoming?.socket.remoteAddress ?? ""
  if (!LOOPBACK.test(address)) return address
  const forwarded = context.req.header("X-Forwarded-For")?.split(",").at(-1)?.trim()
  return forwarded === undefined || forwarded === "" ? address : forwarded
}
