import {
  DisconnectError,
  errors,
  type Payload,
  ProtocolError,
  payloadBytes,
  payloadJson,
  shape,
} from "@instant-ws/protocol"
import type { Logger } from "pino"
import type { EngineConfig } from "../config/schema.js"
import type { Metrics } from "../metrics/metrics.js"
import type { ClientEvent } from "./hooks.js"
import {
  ProxyReply,
  ProxyRequest,
  type ProxyResult,
  proxyResults,
  type Question,
} from "./proxy-shapes.js"

/** How one proxy is configured. */
export type ProxyConfig = EngineConfig["channel"]["proxy"]["subscribe"]

/** Where it tells how it goes. */
export interface Watch {
  readonly log: Logger
  /** Absent where nobody asks for the counts. */
  readonly metrics: Metrics | undefined
}

/** What is asked besides who the client is. */
export type Asked = Omit<
  ProxyRequest,
  "client" | "transport" | "protocol" | "encoding" | "data" | "b64data"
> & { readonly data?: Payload | undefined }

// The shapes by question, each tied to its question's type.
const decoders: { readonly [Q in Question]: Pick<shape.Shape<ProxyResult<Q>, never>, "decode"> } =
  proxyResults

/** Asks a backend over HTTP, as Centrifugo's proxies do. */
export class HttpProxy {
  readonly #config: ProxyConfig
  readonly #name: string
  readonly #watch: Watch

  /** @param name What it is called in the configuration; `default` for those that have no name there. */
  constructor(config: ProxyConfig, name: string, watch: Watch) {
    this.#config = config
    this.#name = name
    this.#watch = watch
  }

  /**
   * Asks a question. Undefined when the answer has no result.
   * @throws ProtocolError or DisconnectError when the backend says so; ProtocolError 100 when it can't be
   * reached in time or its answer makes no sense.
   */
  async ask<Q extends Question>(
    question: Q,
    client: ClientEvent,
    asked: Asked,
  ): Promise<ProxyResult<Q> | undefined> {
    const { log, metrics } = this.#watch
    const labels = { protocol: "http", type: question, name: this.#name }
    const end = metrics?.asking(labels)
    try {
      const text = await this.#post(client, this.#body(client, asked))
      return readReply(question, text)
    } catch (error) {
      if (error instanceof ProtocolError || error instanceof DisconnectError) throw error
      metrics?.proxyErrors.inc(labels)
      const { endpoint } = this.#config
      log.warn({ err: withoutPayload(error), endpoint, question }, "a proxy failed")
      throw new ProtocolError(errors.internal, { cause: error })
    } finally {
      end?.()
    }
  }

  #body({ client, transport, protocol }: ClientEvent, { data, meta, ...asked }: Asked): string {
    const { binary_encoding: isBinary, include_connection_meta: withMeta } = this.#config
    return ProxyRequest.encode({
      client,
      transport,
      protocol,
      encoding: isBinary ? "binary" : "json",
      ...asked,
      ...(withMeta && { meta }),
      ...(data !== undefined && (isBinary ? { b64data: base64(data) } : { data })),
    })
  }

  async #post(client: ClientEvent, body: string): Promise<string> {
    const { endpoint, timeout } = this.#config
    const response = await fetch(endpoint, {
      method: "POST",
      headers: this.#headers(client),
      body,
      signal: AbortSignal.timeout(timeout),
    })
    const text = await response.text()
    if (response.status === 200) return text
    this.#throwFor(response.status)
    throw new Error(`the backend answered with status ${response.status}`)
  }

  /** Static headers yield to the client's own; emulated ones yield to real ones. */
  #headers({ headers, emulatedHeaders }: ClientEvent): Headers {
    const { http, http_headers, emulated_headers } = this.#config
    const sent = new Headers(http.static_headers)
    for (const name of emulated_headers) {
      const value = ignoringCase(emulatedHeaders, name)
      if (value !== undefined) sent.set(name, value)
    }
    for (const name of http_headers) {
      const value = headers[name.toLowerCase()]
      if (value !== undefined) sent.set(name, String(value))
    }
    sent.set("Content-Type", "application/json")
    return sent
  }

  #throwFor(status: number): void {
    const { status_to_code_transforms: transforms } = this.#config.http
    const found = transforms.find(({ status_code }) => status_code === status)
    if (found?.to_disconnect !== undefined) throw new DisconnectError(found.to_disconnect)
    if (found?.to_error !== undefined) throw new ProtocolError(found.to_error)
  }
}

/** A disconnect goes before an error, and an error before a result. */
function readReply<Q extends Question>(question: Q, text: string): ProxyResult<Q> | undefined {
  const { disconnect, error, result } = shape.decode(ProxyReply, text)
  if (disconnect !== undefined) throw new DisconnectError(disconnect)
  if (error !== undefined) throw new ProtocolError(error)
  const json = result === undefined ? "null" : payloadJson(result)
  return json === "null" ? undefined : shape.decode(decoders[question], json)
}

/** What JSON's parser says quotes the text that isn't any. */
function withoutPayload(error: unknown): unknown {
  return error instanceof SyntaxError ? new Error("the backend's answer isn't JSON") : error
}

function base64(data: Payload): string {
  return Buffer.from(payloadBytes(data)).toString("base64")
}

function ignoringCase(values: ReadonlyMap<string, string>, name: string): string | undefined {
  for (const [key, value] of values) {
    if (key.toLowerCase() === name.toLowerCase()) return value
  }
  return undefined
}
