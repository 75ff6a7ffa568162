import { timingSafeEqual } from "node:crypto"
import { errors, payloadJson, shape, toRawJson } from "@instant-ws/protocol"
import { type Context, Hono } from "hono"
import type { EngineConfig } from "../config/schema.js"
import { limitBody } from "../limit-body.js"
import type { ApiAnswer, ApiDispatch } from "./dispatch.js"

const { decode, jsonMessage, payload, string } = shape
const LegacyRequest = jsonMessage({ method: string, params: payload })

/** The server API over HTTP: `POST /api/METHOD`, and the older `POST /api` with the method in the body. */
export function httpApi(api: ApiDispatch, config: EngineConfig["http_api"]): Hono {
  const app = new Hono()
  const answer = async (context: Context, name: string, body: string): Promise<Response> => {
    if (!api.has(name)) return context.text("404 page not found\n", 404)
    return respond(context, await api.answer(name, body), config.error_mode)
  }
  const prefix = config.handler_prefix === "/" ? "" : config.handler_prefix
  const one = `${prefix}/:method`
  const legacy = prefix === "" ? "/" : prefix
  for (const path of [one, legacy]) {
    app.use(path, async (context, next) => {
      if (context.req.method !== "POST") return context.text("Method Not Allowed\n", 405)
      return config.insecure || isAuthorized(context, config.key) ? next() : context.body(null, 401)
    })
    app.use(path, limitBody(MAX_BODY, tooLarge))
  }
  app.post(one, async (context) =>
    answer(context, context.req.param("method") ?? "", await context.req.text()),
  )
  app.post(legacy, async (context) => {
    const request = decode(LegacyRequest, await context.req.text())
    return answer(context, request.method, payloadJson(request.params ?? toRawJson({})))
  })
  app.onError((error, context) => {
    if (error instanceof SyntaxError || error instanceof shape.ShapeError) {
      return context.text("Bad Request\n", 400)
    }
    throw error
  })
  return app
}

/** Bytes; Centrifugo sets no bound, and nobody publishes as much at once. */
const MAX_BODY = 16_777_216

function tooLarge(context: Context): Response {
  // The rest of the body is never read, so that nothing more can come on this connection.
  return context.text("Request Entity Too Large\n", 413, { Connection: "close" })
}

/** An empty key admits nobody. */
function isAuthorized(context: Context, key: string): boolean {
  if (key === "") return false
  const header = context.req.header("X-API-Key")
  const authorization = context.req.header("Authorization")
  const given =
    header ??
    (authorization?.startsWith("apikey ") ? authorization.slice("apikey ".length) : undefined) ??
    context.req.query("api_key") ??
    ""
  const [a, b] = [Buffer.from(given), Buffer.from(key)]
  return a.length === b.length && timingSafeEqual(a, b)
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
