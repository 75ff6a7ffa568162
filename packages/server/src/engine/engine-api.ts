import { ProtocolError } from "@instant-ws/protocol"
import { z } from "zod"
import { EngineError } from "./engine-error.js"

/** Where an engine's HTTP API is, and what opens it. */
export interface ApiAddress {
  /** As `http://127.0.0.1:8427`, without `/api`. */
  readonly url: string
  readonly apiKey: string
  /** How long it may take to answer, in milliseconds. @default 10000 */
  readonly timeout?: number | undefined
}

const DEFAULT_TIMEOUT = 10_000

/** How it refuses. */
export const refusal = z.object({ code: z.int(), message: z.string().default("") })
const answer = z.union([z.object({ error: refusal }), z.object({ result: z.unknown() })])

/** Asks the HTTP API of Centrifugo v6, which the engine speaks too. */
export class EngineApi {
  readonly #base: string
  readonly #url: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #timeout: number

  constructor({ url, apiKey, timeout = DEFAULT_TIMEOUT }: ApiAddress) {
    this.#url = url
    this.#base = url.replace(/\/+$/, "")
    this.#headers = { "Content-Type": "application/json", "X-API-Key": apiKey }
    this.#timeout = timeout
  }

  /**
   * Asks a method, and reads its result.
   * @throws ProtocolError when the engine refuses.
   * @throws EngineError when it can't be asked, or answers something else.
   */
  async ask<T>(method: string, request: unknown, result: z.ZodType<T>): Promise<T> {
    const given = this.#read(method, answer, await this.#post(method, request))
    if ("error" in given) throw refused(given.error)
    return this.#read(method, result, given.result)
  }

  /** Asks a method that answers without the frame of a result, as `batch`. */
  async askBare<T>(method: string, request: unknown, result: z.ZodType<T>): Promise<T> {
    return this.#read(method, result, await this.#post(method, request))
  }

  async #post(method: string, request: unknown): Promise<unknown> {
    const { status, text } = await this.#send(method, JSON.stringify(request))
    if (status === 401) {
      throw this.#error("unauthorized", "has another API key: give its http_api.key")
    }
    if (status === 404) throw new UnknownMethod(`${this.#url} has no /api/${method}`)
    if (status !== 200) throw this.#error("bad_answer", `answers ${method} with status ${status}`)
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw this.#error("bad_answer", `answers ${method} with no JSON`, cause)
    }
  }

  /** What is answered, read to its end: until then it may break off, or take too long. */
  async #send(method: string, body: string): Promise<{ status: number; text: string }> {
    try {
      const response = await fetch(`${this.#base}/api/${method}`, {
        method: "POST",
        headers: this.#headers,
        body,
        // The key is for the engine alone.
        redirect: "manual",
        signal: AbortSignal.timeout(this.#timeout),
      })
      return { status: response.status, text: await response.text() }
    } catch (cause) {
      const isLate = cause instanceof Error && cause.name === "TimeoutError"
      throw isLate
        ? this.#error("timeout", `does not answer within ${this.#timeout / 1000} s`, cause)
        : this.#error("network", "is not reached: start it, or correct its address", cause)
    }
  }

  #read<T>(method: string, schema: z.ZodType<T>, value: unknown): T {
    const { success, data, error } = schema.safeParse(value)
    if (success) return data
    throw this.#error("bad_answer", `answers ${method} otherwise than an engine does`, error)
  }

  #error(code: EngineError["code"], text: string, cause?: unknown): EngineError {
    return new EngineError(code, `The engine at ${this.#url} ${text}`, { cause })
  }
}

/** The engine lacks a method. */
export class UnknownMethod extends EngineError {
  constructor(message: string) {
    super("bad_answer", `${message}: is that the address of an engine?`)
  }
}

/** An error of the engine's answer. */
export function refused({ code, message }: z.output<typeof refusal>): ProtocolError {
  return new ProtocolError({ code, message, temporary: code === 100 || code === 111 })
}
