import { Agent, request } from "node:http"

/** A request, as it goes over the wire. */
export interface RawRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** `endless` is announced, and never sent. */
  readonly body: Uint8Array | "none" | "endless"
}

/** What is answered to it. */
export interface RawAnswer {
  readonly status: number
  readonly type: string | undefined
  readonly allow: string | undefined
  readonly body: string
}

/** How long an answer may take, in milliseconds. */
const DEADLINE = 10_000
const TOO_LONG = 1_048_577

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

/** Sends a request without putting anything right in it. */
export function send(
  port: number,
  { method, path, headers, body }: RawRequest,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const length = body === "none" ? undefined : body === "endless" ? TOO_LONG : body.byteLength
    const outgoing = request({
      host: "127.0.0.1",
      port,
      method,
      path,
      headers: { ...headers, ...(length !== undefined && { "Content-Length": `${length}` }) },
      signal: AbortSignal.timeout(DEADLINE),
      agent: body === "endless" ? false : agent,
    })
    outgoing.on("error", reject)
    outgoing.on("response", (response) => {
      const chunks: Buffer[] = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("error", reject)
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers["content-type"],
          allow: response.headers.allow,
          body: Buffer.concat(chunks).toString(),
        })
        if (body === "endless") outgoing.destroy()
      })
    })
    if (body === "endless") outgoing.flushHeaders()
    else outgoing.end(body === "none" ? undefined : body)
  })
}
