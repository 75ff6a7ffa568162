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
type BatchCommand = shape.ReadAs<typeof BatchRequest>["commands"][number]
type Outcome =
  | { readonly result: string }
  | { readonly error: { readonly code: number; readonly message: string } }
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
    return name === "batch" || isMethod(name)
  }

  /** @throws SyntaxError or ShapeError for a body that is not what the method asks. */
  async answer(name: ApiMethod | "batch", body: string): Promise<ApiAnswer> {
    if (name === "batch") return { body: await this.#batch(body) }
    const outcome = await this.#prepare(name, body)()
    return "result" in outcome
      ? { body: `{"result":${outcome.result}}` }
      : { body: `{"error":${ErrorShape.encode(outcome.error)}}`, errorCode: outcome.error.code }
  }

  async #batch(body: string): Promise<string> {
    const { commands, parallel } = shape.decode(BatchRequest, body)
    if (commands.length === 0) return "{}"
    // All are read before any runs: a body that is refused must have done nothing.
    const calls = commands.map((command) => this.#prepareReply(command))
    const replies: string[] = []
    if (parallel) replies.push(...(await Promise.all(calls.map((call) => call()))))
    else for (const call of calls) replies.push(await call())
    return `{"replies":[${replies.join(",")}]}`
  }

  /** A command is an object with the method's name for its key. */
  #prepareReply(command: BatchCommand): () => Promise<string> {
    for (const [name, params] of command) {
      if (!isMethod(name) || typeof params !== "string") continue
      const call = this.#prepare(name, params)
      return async () => {
        const outcome = await call()
        return "result" in outcome
          ? `{"${name}":${outcome.result}}`
          : `{"error":${ErrorShape.encode(outcome.error)}}`
      }
    }
    const { code, message } = errors.notFound
    return async () => `{"error":${ErrorShape.encode({ code, message })}}`
  }

  /** Reads what is asked now, and does it when it is called. */
  #prepare<M extends ApiMethod>(name: M, body: string): () => Promise<Outcome> {
    const request = shape.decode(requestShapes[name], body)
    return () => this.#call(name, request)
  }

  async #call<M extends ApiMethod>(name: M, request: ApiRequest<M>): Promise<Outcome> {
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

function isMethod(name: string): name is ApiMethod {
  return Object.hasOwn(requests, name)
}
