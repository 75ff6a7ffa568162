import { type Context, Hono } from "hono"
import type { StatusCode } from "hono/utils/http-status"
import type { EngineConfig } from "../config/schema.js"
import { limitBody } from "../limit-body.js"
import type { Node } from "../node.js"
import type { RequestEnvironment } from "../request-environment.js"
import type { Sessions } from "../session/sessions.js"
import type { Admission } from "./admission.js"
import { readConnectRequest } from "./connect-request.js"
import { cors } from "./cors.js"
import { type Opening, StreamConnection, type StreamOptions } from "./stream-connection.js"
import {
  jsonStream,
  protobufStream,
  type StreamProtocol,
  sse,
  uniJsonStream,
  uniSse,
} from "./stream-protocol.js"

const STREAM_HEADERS = {
  "Cache-Control": "private, no-cache, no-store, must-revalidate, max-age=0",
  "X-Accel-Buffering": "no",
}

type UniConfig = EngineConfig["uni_sse"]
type Bindings = { Bindings: RequestEnvironment }
type StreamContext = Context<Bindings>

/** An endpoint: whether and where it is, what may be asked of it, and what answers. */
interface Endpoint {
  readonly config: EngineConfig["sse"]
  readonly methods: readonly ("GET" | "POST")[]
  answer(context: StreamContext): Promise<Response>
}

/** The transports whose messages are the body of an HTTP response that doesn't end. */
export class HttpStreams {
  readonly #node: Node
  readonly #sessions: Sessions
  readonly #admission: Admission

  constructor(node: Node, sessions: Sessions, admission: Admission) {
    this.#node = node
    this.#sessions = sessions
    this.#admission = admission
  }

  /** The endpoints that the configuration enables. */
  routes(): Hono<Bindings> {
    const app = new Hono<Bindings>()
    for (const endpoint of this.#endpoints()) {
      if (endpoint.config.enabled) this.#route(app, endpoint)
    }
    return app
  }

  #endpoints(): readonly Endpoint[] {
    const { config } = this.#node
    return [
      {
        config: config.sse,
        methods: ["GET", "POST"],
        answer: async (context) => {
          const body = await bodyOrQuery(context)
          return body.length === 0 ? context.body(null, 400) : this.#emulate(context, sse, body)
        },
      },
      {
        config: config.http_stream,
        methods: ["POST"],
        answer: async (context) => {
          const protocol = speaksProtobuf(context) ? protobufStream : jsonStream
          return this.#emulate(context, protocol, await bodyOf(context))
        },
      },
      {
        config: config.uni_sse,
        methods: ["GET", "POST"],
        answer: async (context) => {
          const body = await bodyOrQuery(context)
          const isBareGet = context.req.method === "GET" && body.length === 0
          const request = isBareGet ? "{}" : body.toString()
          return this.#tell(context, { protocol: uniSse, config: config.uni_sse }, request)
        },
      },
      {
        config: config.uni_http_stream,
        methods: ["POST"],
        answer: async (context) => {
          const transport = { protocol: uniJsonStream, config: config.uni_http_stream }
          return this.#tell(context, transport, (await bodyOf(context)).toString())
        },
      },
    ]
  }

  #route(app: Hono<Bindings>, { config, methods, answer }: Endpoint): void {
    const { handler_prefix: path, max_request_body_size: maxSize } = config
    app.use(path, cors(this.#admission.origins, [...methods, "OPTIONS"].join(", ")))
    app.use(path, async (context, next) => {
      if (!methods.some((method) => method === context.req.method)) return context.body(null, 405)
      if (!this.#admission.admits(path)) return context.body(null, 503)
      const turn = await turnOf(this.#admission, path, context.req.raw)
      return turn.isIn ? next() : context.body(null, 503, retryHeaders(turn.retryAfter))
    })
    app.use(path, limitBody(maxSize))
    app.all(path, answer)
  }

  /** Begins a session whose commands come in the body first, and then by emulation. */
  #emulate(context: StreamContext, protocol: StreamProtocol, body: Buffer): Response {
    const connection = new StreamConnection(protocol, optionsOf(context, "emulated"))
    const session = this.#sessions.begin(connection)
    connection.serve(session)
    session.receive(protocol.decode(body))
    return stream(context, connection, protocol)
  }

  /** Begins a session that only listens. */
  async #tell(
    context: StreamContext,
    { protocol, config }: { readonly protocol: StreamProtocol; readonly config: UniConfig },
    request: string,
  ): Promise<Response> {
    const connect = readConnectRequest(request)
    if (connect === undefined) {
      this.#sessions.unreadable(protocol.name)
      return context.body(null, 400)
    }
    const connection = new StreamConnection(protocol, optionsOf(context, "unidirectional"))
    const session = this.#sessions.begin(connection)
    connection.serve(session)
    session.receive([{ id: 0, method: "connect", request: connect }])
    if (config.connect_code_to_http_response.enabled) {
      const opening = await connection.opening
      if (opening.kind === "refused") {
        connection.terminate()
        return refusal(context, config, opening)
      }
    }
    return stream(context, connection, protocol)
  }
}

/** Whether a request may come in, and else when it may try again. */
type Turn = { readonly isIn: true } | { readonly isIn: false; readonly retryAfter?: number }

/** Waits, in a crowd, until it is a request's turn. */
function turnOf(admission: Admission, path: string, request: Request): Promise<Turn> {
  return new Promise((resolve) => {
    const arrival = {
      path,
      enter: () => resolve({ isIn: true }),
      refuse: (retryAfter: number | undefined) =>
        resolve({ isIn: false, ...(retryAfter !== undefined && { retryAfter }) }),
    }
    if (!admission.enter(arrival)) return
    request.signal.addEventListener("abort", () => {
      admission.leave(arrival)
      resolve({ isIn: false })
    })
  })
}

function retryHeaders(retryAfter: number | undefined): Record<string, string> {
  return retryAfter === undefined ? {} : { "Retry-After": `${retryAfter}` }
}

function stream(
  context: StreamContext,
  connection: StreamConnection,
  { contentType }: StreamProtocol,
): Response {
  const headers = { ...STREAM_HEADERS, "Content-Type": contentType }
  return context.body(connection.body, 200, headers)
}

/** Turns what ended a connection before its first message into an HTTP status. */
function refusal(
  context: StreamContext,
  config: UniConfig,
  { disconnect, errorCode }: Extract<Opening, { kind: "refused" }>,
): Response {
  const { transforms } = config.connect_code_to_http_response
  const code = errorCode ?? disconnect.code
  const { status_code, body } = transforms.find((each) => each.code === code)?.to ?? {
    status_code: 500,
    body: "Internal Server Error",
  }
  return context.body(body, status_code as StatusCode & 500)
}

async function bodyOf(context: StreamContext): Promise<Buffer> {
  return Buffer.from(await context.req.arrayBuffer())
}

/** Browsers' EventSource can only GET, and says its first word in the query. */
async function bodyOrQuery(context: StreamContext): Promise<Buffer> {
  if (context.req.method === "POST") return bodyOf(context)
  return Buffer.from(context.req.query("cf_connect") ?? "")
}

function speaksProtobuf(context: StreamContext): boolean {
  return context.req.header("Content-Type") === "application/octet-stream"
}

function optionsOf(
  { req, env }: StreamContext,
  direction: StreamOptions["direction"],
): StreamOptions {
  return { headers: req.header(), peer: env.incoming?.socket, direction }
}
