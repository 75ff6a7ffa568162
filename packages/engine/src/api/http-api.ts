import { timingSafeEqual } from "node:crypto"
import { ProtocolError, payloadJson, shape, toRawJson } from "@instant-ws/protocol"
import { type Context, Hono } from "hono"
import type { Logger } from "pino"
import type { EngineConfig } from "../config/schema.js"
import type { Method } from "./methods.js"

const { decode, jsonMessage, payload, string } = shape
const LegacyRequest = jsonMessage({ method: string, params: payload })

/** The server API over HTTP: `POST /api/METHOD`, and the older `POST /api` with the method in the body. */
export function httpApi(
  methods: ReadonlyMap<string, Method>,
  config: EngineConfig["http_api"],
  log: Logger,
): Hono {
  const app = new Hono()
  const answer = async (context: Context, name: string, body: string): Promise<Response> => {
    const method = methods.get(name)
    if (method === undefined) return context.text("404 page not found\n", 404)
    try {
      return json(context, `{"result":${await method(body)}}`)
    } catch (error) {
      return refusal(context, error, log)
    }
  }
  app.use(`${config.handler_prefix}/*`, async (context, next) => {
    if (context.req.method !== "POST") return context.text("Method Not Allowed\n", 405)
    return config.insecure || isAuthorized(context, config.key) ? next() : context.body(null, 401)
  })
  app.post(`${config.handler_prefix}/:method`, async (context) =>
    answer(context, context.req.param("method"), await context.req.text()),
  )
  app.post(config.handler_prefix, async (context) => {
    try {
      const request = decode(LegacyRequest, await context.req.text())
      return await answer(context, request.method, payloadJson(request.params ?? toRawJson({})))
    } catch (error) {
      return refusal(context, error, log)
    }
  })
  return app
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

function refusal(context: Context, error: unknown, log: Logger): Response {
  if (error instanceof SyntaxError || error instanceof shape.ShapeError) {
    return context.text("Bad Request\n", 400)
  }
  if (error instanceof ProtocolError) {
    const { code, message: text } = error
    return json(context, JSON.stringify({ error: { code, message: text } }))
  }
  log.error({ err: error, path: context.req.path }, "an API call failed")
  return json(context, '{"error":{"code":100,"message":"internal server error"}}')
}

function json(context: Context, body: string): Response {
  return context.body(body, 200, { "Content-Type": "application/json" })
}
