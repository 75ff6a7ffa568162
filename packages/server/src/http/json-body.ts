import type { RequestContext } from "./endpoint.js"
import { HttpError, refusals } from "./refusals.js"

/** Reads a JSON body. @throws HttpError 415 when it says to be something else, 400 when it is. */
export async function readJson(context: RequestContext): Promise<unknown> {
  requireJsonType(context)
  return parse(await context.req.arrayBuffer())
}

/** The same where no body counts as `{}`. */
export async function readOptionalJson(context: RequestContext): Promise<unknown> {
  const body = await context.req.arrayBuffer()
  if (body.byteLength === 0) return {}
  requireJsonType(context)
  return parse(body)
}

function requireJsonType(context: RequestContext): void {
  const [type = ""] = (context.req.header("Content-Type") ?? "").split(";")
  if (type.trim().toLowerCase() !== "application/json") throw new HttpError(refusals.notJson)
}

function parse(body: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body))
  } catch {
    throw new HttpError(refusals.malformed)
  }
}
