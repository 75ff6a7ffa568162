import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http"
import type { Socket } from "node:net"
import type { Duplex } from "node:stream"
import { DEADLINE } from "./arrivals.js"

/** A request to a server under test; the path is with its query. */
export interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: Buffer | string | undefined
}

/** The start of an answer: its body is still to be read. */
export interface HttpExchange {
  readonly response: IncomingMessage
  /** The socket after a 101, and what came behind the answer. */
  readonly upgraded?: { readonly socket: Duplex; readonly head: Buffer }
}

/** A whole answer. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/**
 * Sends a request on a connection of its own, and waits for the head of the answer.
 * @throws Error when there is none in time.
 */
export function exchange(base: string, outgoing: HttpRequest): Promise<HttpExchange> {
  const { method, path, headers = {}, body } = outgoing
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) }
    const sent = request(new URL(base).origin, { method, path, agent: false })
    for (const [name, value] of Object.entries({ ...length, ...headers }))
      sent.setHeader(name, value)
    const late = new Error(`no answer to ${method} ${path} within ${DEADLINE} ms`)
    const timer = setTimeout(() => sent.destroy(late), DEADLINE)
    const answered = (answer: HttpExchange) => {
      clearTimeout(timer)
      resolve(answer)
    }
    sent.on("response", (response) => answered({ response }))
    sent.on("upgrade", (response: IncomingMessage, socket: Socket, head: Buffer) =>
      answered({ response, upgraded: { socket, head } }),
    )
    sent.on("error", (error) => {
      clearTimeout(timer)
      reject(error)
    })
    sent.end(body)
  })
}

/** Sends a request and reads the whole answer. @throws Error when it doesn't come in time. */
export async function call(base: string, outgoing: HttpRequest): Promise<HttpAnswer> {
  const { response, upgraded } = await exchange(base, outgoing)
  upgraded?.socket.destroy()
  const { statusCode: status = 0, headers } = response
  return { status, headers, body: upgraded ? Buffer.alloc(0) : await readBody(response) }
}

/** Reads what is left of an answer. @throws Error when it doesn't end in time. */
export async function readBody(response: IncomingMessage): Promise<Buffer> {
  const late = new Error(`the answer didn't end within ${DEADLINE} ms`)
  const timer = setTimeout(() => response.destroy(late), DEADLINE)
  const chunks: Buffer[] = []
  try {
    for await (const chunk of response) chunks.push(chunk)
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(chunks)
}

/** The values of some headers, null for those that are absent. */
export function pickHeaders(
  headers: IncomingHttpHeaders,
  names: readonly string[],
): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    names.map((name) => {
      const value = headers[name.toLowerCase()]
      return [name, Array.isArray(value) ? value.join(", ") : (value ?? null)]
    }),
  )
}
