import { errors, ProtocolError, shape } from "@instant-ws/protocol"
import type { Metrics } from "../metrics/metrics.js"
import type { ApiMethods } from "./methods.js"
import { type ApiMethod, type ApiRequest, type ApiResult, requests, results } from "./shapes.js"

/** A whole answer of the server API: its JSON, and the code where it is an error. */
export interface ApiAnswer {
  readonly body: string
  readonly errorCode?: number
}

// The shapes by method, each tied to its method's types.
const requestShapes: { readonly [M in ApiMethod]: Decoder<ApiRequest<M>> } = requests
const resultShapes: { readonly [M in ApiMethod]: Encoder<ApiResult<M>> } = results

type Decoder<T> = Pick<shape.Shape<T, never>, "decode">
interface Encoder<T> {
  encode(value: T): string
}

const BatchRequest = shape.jsonMessage({
  commands: shape.list(shape.map(shape.payload)),
  parallel: shape.bool,
})
const ErrorShape = shape.jsonMessage({ code: shape.int, message: shape.string })

/** Answers the methods of the server API, one or several at once, from JSON to JSON. */
export class ApiDispatch {
  readonly #methods: ApiMethods
  readonly #onFailure: (error: unknown) => void
  readonly #metrics: Metrics | undefined

  /** @param onFailure Told of errors that are no answer: they are answered as "internal". */
  constructor(
    methods: ApiMethods,
    onFailure: (error: unknown) => void,
    metrics: Metrics | undefined,
  ) {
    this.#methods = methods
    this.#onFailure = onFailure
    this.#metrics = metrics
  }

  has(name: string): name is ApiMethod | "batch" {
    return name === "batch" || Object.hasOwn(requests, name)
  }

  /** @throws SyntaxError or ShapeError for a body that is not what the method asks. */
  async answer(name: ApiMethod | "batch", body: string): Promise<ApiAnswer> {
    if (name === "batch") return { body: await this.#batch(body) }
    const outcome = await this.#call(name, body)
    return "result" in outcome
      ? { body: `{"result":${outcome.result}}` }
      : { body: `{"error":${ErrorShape.encode(outcome.error)}}`, errorCode: outcome.error.code }
  }

  async #batch(body: string): Promise<string> {
    const { commands, parallel } = shape.decode(BatchRequest, body)
    if (commands.length === 0) return "{}"
    const replies: string[] = []
    if (parallel) replies.push(...(await Promise.all(commands.map((each) => this.#reply(each)))))
    else for (const command of commands) replies.push(await this.#reply(command))
    return `{"replies":[${replies.join(",")}]}`
  }

  /** A command is an object with the method's name for its key. */
  async #reply(command: shape.ReadAs<typeof BatchRequest>["commands"][number]): Promise<string> {
    for (const [name, params] of command) {
      if (!Object.hasOwn(requests, name) || typeof params !== "string") continue
      const outcome = await this.#call(name as ApiMethod, params)
      return "result" in outcome
        ? `{"${name}":${outcome.result}}`
        : `{"error":${ErrorShape.encode(outcome.error)}}`
    }
    const { code, message } = errors.notFound
    return `{"error":${ErrorShape.encode({ code, message })}}`
  }

  async #call<M extends ApiMethod>(
    name: M,
    body: string,
  ): Promise<{ result: string } | { error: { code: number; message: string } }> {
    const request = shape.decode(requestShapes[name], body)
    const labels = { protocol: "http", method: name }
    const end = this.#metrics?.apiDuration.startTimer(labels)
    try {
      const result = await this.#methods[name](request)
      return { result: resultShapes[name].encode(result) }
    } catch (cause) {
      if (!(cause instanceof ProtocolError)) this.#onFailure(cause)
      const error = cause instanceof ProtocolError ? cause : errors.internal
      this.#metrics?.apiErrors.inc({ ...labels, error: error.code })
      return { error }
    } finally {
      end?.()
    }
  }
}
