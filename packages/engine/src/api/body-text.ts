import type { Context } from "hono"
import { bodyLimit } from "hono/body-limit"

/**
 * The body of a request; undefined when it has more than `maxSize` bytes. Where its length is told in
 * advance, which Node holds the client to, it isn't read as a stream: that costs more than all else that is
 * done with a request.
 */
export async function bodyText(context: Context, maxSize: number): Promise<string | undefined> {
  const length = context.req.header("Content-Length")
  const isTold = length !== undefined && context.req.header("Transfer-Encoding") === undefined
  const isTooLong = isTold ? Number(length) > maxSize : await isLonger(context, maxSize)
  return isTooLong ? undefined : context.req.text()
}

async function isLonger(context: Context, maxSize: number): Promise<boolean> {
  let isTooLong = false
  const onError = () => {
    isTooLong = true
    return context.body(null)
  }
  await bodyLimit({ maxSize, onError })(context, async () => {})
  return isTooLong
}
