import { timingSafeEqual } from "node:crypto"
import { errors, payloadJson, shape, toRawJson } from "@instant-ws/protocol"
import { type Context, Hono } from "hono"
import type { EngineConfig } from "../config/schema.js"
import { isBodyTooLong } from "../limit-body.js"
import type { ApiAnswer, ApiDispatch } from "./dispatch.js"

const { decode, jsonMessage, payload, string } = shape
const LegacyRequest = jsonMessage({ method: string, params: payload })

/**
 * The server API over HTTP: `POST /api/METHOD`, and the older `POST /api` with the method in the body. Each
 * path has one handler and no middleware, as a backend may publish thousands of times a second.
 */
export function httpApi(api: ApiDispatch, config: EngineConfig["http_api"]): Hono {
  const app = new Hono()
  const mayCall = config.insecure ? () => true : keyCheck(config.key)
  const answer = async (context: Context, name: string, body: string): Promise<Response> => {
    if (!api.has(name)) return context.text("404 page not found\n", 404)
    return respond(context, await api.answer(name, body), config.error_mode)
  }
  const handle =
    (read: (context: Context, body: string) => Promise<Response>) =>
    async (context: Context): Promise<Response> => {
      if (context.req.method !== "POST") return context.text("Method Not Allowed\n", 405)
      if (!mayCall(context)) return context.body(null, 401)
      if (await isBodyTooLong(context, MAX_BODY)) return tooLarge(context)
      return orBadRequest(context, read(context, await context.req.text()))
    }
  const prefix = config.handler_prefix === "/" ? "" : config.handler_prefix
  const one = handle((context, body) => answer(context, context.req.param("method") ?? "", body))
  const legacy = handle(async (context, body) => {
    const request = decode(LegacyRequest, body)
    return answer(context, request.method, payloadJson(request.params ?? toRawJson({})))
  })
  app.all(`${prefix}/:method`, one)
  app.all(prefix === "" ? "/" : prefix, legacy)
  return app
}

async function orBadRequest(context: Context, answer: Promise<Response>): Promise<Response> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof shape.ShapeError)) throw error
    return context.text("Bad Request\n", 400)
  }
}

/** Bytes; Centrifugo sets no bound, and nobody publishes as much at once. */
const MAX_BODY = 16_777_216

function tooLarge(context: Context): Response {
  // The rest of the body is never read, so that nothing more can come on this connection.
  return context.text("Request Entity Too Large\n", 413, { Connection: "close" })
}

/** Whether a request has the key; an empty one admits nobody. */
function keyCheck(key: string): (context: Context) => boolean {
  const expected = Buffer.from(key)
  return (context) => {
    const given = Buffer.from(keyOf(context))
    return key !== "" && given.length === expected.length && timingSafeEqual(given, expected)
  }
}

function keyOf({ req }: Context): string {
  const header = req.header("X-API-Key")
  if (header !== undefined) return header
  const authorization = req.header("Authorization")
  if (authorization?.startsWith("apikey ")) return authorization.slice("apikey ".length)
  return req.query("api_key") ?? ""
}

/** In the error mode "transport" an error is the HTTP status, and the body the error alone. */
function respond(context: Context, { body, errorCode }: ApiAnswer, mode: string): Response {
  const headers = { "Content-Type": "application/json" }
  const asked = context.req.header("X-Centrifugo-Error-Mode") ?? mode
  if (errorCode === undefined || asked !== "transport") return context.body(body, 200, headers)
  const error = body.slice('{"error":'.length, -1)
  return context.body(error, statusOf(errorCode), headers)
}

function statusOf(code: number): 400 | 404 | 416 | 500 {
  switch (code) {
    case errors.badRequest.code:
    case errors.notAvailable.code:
      return 400
    case errors.unknownChannel.code:
    case errors.notFound.code:
      return 404
    case errors.unrecoverablePosition.code:
      return 416
    default:
      return 500
  }
}
