import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http"
import { setTimeout as pass } from "node:timers/promises"
import { Arrivals } from "./arrivals.js"
import { readBody } from "./http-exchange.js"
import { type Json, parseJson } from "./json.js"
import { listen, portOf, stopListening } from "./listening.js"
import { Placeholders } from "./placeholders.js"
import type { BackendReply, BackendScript } from "./scenario.js"

/** What the server under test has asked. */
export interface BackendRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  /** Parsed when it is JSON, else its text; undefined when there is none. */
  readonly body: Json | undefined
}

/** The HTTP backend that `{proxy}` in a configuration points at: it answers by a script. */
export class Backend implements AsyncDisposable {
  readonly #server: Server
  #play = new Play({}, new Placeholders())

  constructor() {
    this.#server = createServer((request, response) => {
      // Whoever asks may hang up at any time, for instance because the engine under test is closed.
      this.#serve(request, response).catch(() => response.destroy())
    })
  }

  /** Has it listen on a free port. */
  async start(): Promise<void> {
    await listen(this.#server)
  }

  get port(): number {
    return portOf(this.#server)
  }

  /** Answers by another script from now on, and forgets what was asked. */
  play(script: BackendScript, placeholders: Placeholders): void {
    this.#play = new Play(script, placeholders)
  }

  /** What was asked at a path since the script began, and was not taken yet. */
  asked(path: string): Arrivals<BackendRequest> {
    return this.#play.asked(path)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stopListening(this.#server)
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const play = this.#play
    const { method = "", url = "", headers } = request
    const body = bodyOf((await readBody(request)).toString())
    play.asked(url).add({ method, headers, body })
    await play.answer(url, response)
  }
}

/** One scenario's script, and how far it is. */
class Play {
  readonly #placeholders: Placeholders
  readonly #replies: ReadonlyMap<string, BackendReply[]>
  readonly #asked = new Map<string, Arrivals<BackendRequest>>()

  constructor(script: BackendScript, placeholders: Placeholders) {
    this.#placeholders = placeholders
    this.#replies = new Map(Object.entries(script).map(([path, replies]) => [path, [...replies]]))
  }

  asked(path: string): Arrivals<BackendRequest> {
    const asked = this.#asked.get(path) ?? new Arrivals<BackendRequest>()
    this.#asked.set(path, asked)
    return asked
  }

  async answer(path: string, response: ServerResponse): Promise<void> {
    const reply = this.#nextReply(path)
    if (reply === undefined) {
      response.writeHead(404).end()
      return
    }
    const { status, headers, delay, hang_up } = reply
    if (delay !== undefined) await pass(delay)
    if (hang_up) response.destroy()
    else {
      const content = { "Content-Type": "application/json", ...headers }
      response.writeHead(status, content).end(this.#content(reply))
    }
  }

  /** The last reply of a path repeats. */
  #nextReply(path: string): BackendReply | undefined {
    const replies = this.#replies.get(path) ?? []
    return replies.length > 1 ? replies.shift() : replies[0]
  }

  #content({ raw, body }: BackendReply): string {
    if (raw !== undefined) return this.#placeholders.fillText(raw)
    return body === undefined ? "" : JSON.stringify(this.#placeholders.fill(body))
  }
}

function bodyOf(text: string): Json | undefined {
  if (text === "") return undefined
  try {
    return parseJson(text)
  } catch {
    return text
  }
}
