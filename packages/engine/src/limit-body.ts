import type { Context, MiddlewareHandler } from "hono"
import { bodyLimit } from "hono/body-limit"

/** Answers requests whose body has more than `maxSize` bytes with 413. */
export function limitBody(maxSize: number): MiddlewareHandler {
  return async (context, next) =>
    (await isBodyTooLong(context, maxSize)) ? context.body(null, 413) : next()
}

/**
 * Whether the body of a request has more than `maxSize` bytes. Where its length is told in advance, which
 * Node holds the client to, it isn't read as a stream: that costs more than all else that is done with a
 * request.
 */
export async function isBodyTooLong(context: Context, maxSize: number): Promise<boolean> {
  const length = context.req.header("Content-Length")
  const isTold = length !== undefined && context.req.header("Transfer-Encoding") === undefined
  return isTold ? Number(length) > maxSize : isLonger(context, maxSize)
}

async function isLonger(context: Context, maxSize: number): Promise<boolean> {
  const { raw } = context.req
  if (raw.body === null) return false
  context.req.raw = rebuilt(raw)
  let isTooLong = false
  const onError = () => {
    isTooLong = true
    return context.body(null)
  }
  await bodyLimit({ maxSize, onError })(context, async () => {})
  return isTooLong
}

/** A copy by its parts: what a server makes in place of Node's own Request, Node may refuse to copy. */
function rebuilt({ url, method, headers, body, signal }: Request): Request {
  return new Request(url, { method, headers, body, signal, duplex: "half" })
}
