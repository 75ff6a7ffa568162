import { NodeCookieJar } from "../platform/node-cookie-jar.js"
import type { Silence } from "./answers.js"
import type { BackendAnswer, FakeRequest } from "./backend.js"
import type { Network } from "./network.js"
import { turn } from "./turns.js"

/** What a browser sends its requests to. */
export interface Destination {
  /** Such as `https://instant.test`. */
  readonly url: string
  readonly network: Network
  readonly answer: (request: FakeRequest) => BackendAnswer | Silence
}

/** Keeps cookies as a browser does, for all clients in it, and shows them to none. */
export class Browser {
  readonly #destination: Destination
  readonly #jar = new NodeCookieJar()

  constructor(destination: Destination) {
    this.#destination = destination
  }

  /** Takes the place of the platform's `fetch`. */
  readonly fetch: typeof fetch = async (input, init) => {
    const request = await readRequest(input, init)
    const endpoint = this.#endpointOf(request.url)
    const { signal } = request
    await this.#pass(signal)
    const answer = this.#destination.answer({
      endpoint,
      method: request.method,
      headers: { ...Object.fromEntries(request.headers), ...this.#jar.header },
      body: parse(request.text),
    })
    if (answer === "silence") return forever(signal)
    this.keep(answer)
    await this.#pass(signal)
    return responseOf(answer)
  }

  /** The cookies, by name. */
  get cookies(): ReadonlyMap<string, string> {
    const pairs = (this.#jar.header.cookie ?? "").split("; ")
    return new Map(pairs.map((pair) => [pair.split("=", 1).join(), pair.replace(/^[^=]*=/, "")]))
  }

  /** Takes the cookies that an answer sets. */
  keep({ cookies = [] }: BackendAnswer): void {
    this.#jar.keep(new Headers(cookies.map((line) => ["Set-Cookie", line])))
  }

  /** The way there or back. @throws TypeError as `fetch` does when nothing gets through. */
  async #pass(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    await turn()
    signal?.throwIfAborted()
    if (this.#destination.network.isDown) {
      throw new TypeError("Failed to fetch: the fake server refuses everything")
    }
  }

  /** @throws TypeError for another server's address. */
  #endpointOf(address: string): string {
    const { url } = this.#destination
    const { origin, pathname } = new URL(address, url)
    if (origin !== new URL(url).origin) {
      throw new TypeError(
        `Failed to fetch: nobody answers at ${origin}, the fake server is at ${url}`,
      )
    }
    return pathname.replace(/^.*\/instant\//, "").replace(/\/*$/, "/")
  }
}

async function readRequest(input: RequestInfo | URL, init: RequestInit = {}) {
  if (input instanceof Request) {
    const { url, method, headers, signal } = input
    return { url, method, headers, signal, text: await input.text() }
  }
  const { method = "GET", headers, body, signal } = init
  if (body !== undefined && body !== null && typeof body !== "string") {
    throw new TypeError("The fake server takes texts as bodies")
  }
  return {
    url: String(input),
    method,
    headers: new Headers(headers),
    signal: signal ?? undefined,
    text: body ?? "",
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function responseOf({ status, body = "", headers }: BackendAnswer): Response {
  return new Response(typeof body === "string" ? body : JSON.stringify(body), {
    status,
    headers: {
      "Content-Type": "application/json",
      "Cache-Control": "no-store",
      Vary: "Cookie",
      ...headers,
    },
  })
}

/** Never answers, but ends when the signal says so. */
function forever(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason))
  })
}
