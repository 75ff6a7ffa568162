import { setTimeout as pass } from "node:timers/promises"
import { DEADLINE } from "./arrivals.js"
import type { Backend } from "./backend.js"
import type { Connection, Outgoing } from "./connections/connection.js"
import { openConnection } from "./connections/open-connection.js"
import { call, type HttpRequest, pickHeaders } from "./http-exchange.js"
import { type Json, parseJson, sortedText } from "./json.js"
import { compare, Mismatch } from "./mismatch.js"
import { Normaliser } from "./normaliser.js"
import { Placeholders } from "./placeholders.js"
import type {
  AskedStep,
  ExpectCloseStep,
  ExpectStep,
  OpenStep,
  RequestStep,
  Scenario,
  SendStep,
  Step,
} from "./scenario.js"
import type { ServerUnderTest } from "./servers/server-under-test.js"

const API_KEY = "test-api-key"
/** How long it must stay quiet where nothing may come, in milliseconds. */
const QUIET = 100
/** How long what nobody expects may still come after the last step, in milliseconds. */
const TAIL = 25

/** What a scenario is played with. */
export interface Props {
  readonly placeholders: Placeholders
  readonly server: ServerUnderTest
  readonly backend: Backend | undefined
}

/** A scenario being played, once. */
export class ScenarioRun {
  readonly #scenario: Scenario
  readonly #props: Props
  readonly #ttls: readonly number[]
  readonly #normaliser: Normaliser
  readonly #connections = new Map<string, Connection>()
  /** Connections that may be closed at the end. */
  readonly #closed = new Set<string>()

  constructor(scenario: Scenario, props: Props) {
    this.#scenario = scenario
    this.#props = props
    this.#ttls = ttlsOf(scenario)
    this.#normaliser = new Normaliser(props.placeholders, this.#ttls)
  }

  /** Plays all steps. @throws Error that says which step, and what was recorded and what came. */
  async play(): Promise<void> {
    try {
      for (const [index, step] of this.#scenario.steps.entries()) {
        await this.#step(step).catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error)
          throw new Mismatch(`step ${index + 1}, ${reason}`, { cause: error })
        })
      }
      await pass(TAIL)
      for (const [name, connection] of this.#connections) this.#checkEnd(name, connection)
    } finally {
      await Promise.all([...this.#connections.values()].map((connection) => connection.close()))
    }
  }

  async #step(step: Step): Promise<void> {
    if ("open" in step) await this.#open(step)
    else if ("send" in step) await this.#send(step)
    else if ("expect" in step) await this.#expect(step)
    else if ("expect_close" in step) await this.#expectClose(step)
    else if ("asked" in step) await this.#asked(step)
    else if ("response" in step) await this.#request(step)
    else if ("pause" in step) this.#connection(step.pause).pause()
    else if ("resume" in step) this.#connection(step.resume).resume()
    else if ("wait" in step) await pass(step.wait)
    else if ("shutdown" in step) this.#props.server.shutDown()
    else await this.#close(step.close)
  }

  async #open(step: OpenStep): Promise<void> {
    const { server, placeholders } = this.#props
    if (this.#connections.has(step.open)) throw new Error(`${step.open} was opened before`)
    const { connection, result } = await openConnection(server.url, step, placeholders)
    this.#connections.set(step.open, connection)
    if (result.status !== 101 && result.status !== 200) this.#closed.add(step.open)
    compare(`open ${step.open}`, step.result, result)
  }

  async #send(step: SendStep): Promise<void> {
    const { placeholders } = this.#props
    const { session, node } = step
    const address = {
      session: session && placeholders.fillText(session),
      node: node && placeholders.fillText(node),
    }
    const status = await this.#connection(step.send).send(outgoing(step, placeholders), address)
    if (status !== undefined) compare("status of the emulation request", step.status, status)
  }

  async #expect(step: ExpectStep): Promise<void> {
    const { expect: name, messages, unordered = false, within_ms = DEADLINE } = step
    const { inbox } = this.#connection(name)
    const received = await (messages.length === 0
      ? inbox.take(Number.POSITIVE_INFINITY, QUIET)
      : inbox.take(messages.length, within_ms))
    if (step.show_deflated) {
      const compressed = received.map(({ isCompressed }) => isCompressed)
      compare(`compression of the messages to ${name}`, step.deflated, compressed)
    }
    const came = received.map(({ message }) => message)
    const got = (unordered ? this.#sorted(came) : came).map((message) => this.#normalised(message))
    const isShort = got.length < messages.length && inbox.ending !== undefined
    compare(
      `messages to ${name}`,
      messages,
      isShort ? [...got, { $closed: inbox.ending ?? null }] : got,
    )
  }

  async #expectClose(step: ExpectCloseStep): Promise<void> {
    const { expect_close: name, close, drain = false, within_ms = DEADLINE } = step
    const { inbox } = this.#connection(name)
    const ending = await inbox.ended(within_ms)
    if (drain) inbox.clear()
    this.#checkUnread(name)
    if (ending === undefined) throw new Mismatch(`${name} is still open after ${within_ms} ms`)
    compare(`close of ${name}`, close, ending)
    this.#closed.add(name)
  }

  async #asked(step: AskedStep): Promise<void> {
    const { asked: path, requests, show_headers, within_ms = DEADLINE } = step
    const asked = this.#props.backend?.asked(path)
    if (asked === undefined) throw new Error(`no backend in the configuration for ${path}`)
    const isThere = () => asked.waiting.length >= Math.max(requests.length, 1)
    await asked.until(isThere, requests.length === 0 ? QUIET : within_ms)
    const got = asked.take(Number.POSITIVE_INFINITY).map(({ method, headers, body }) => ({
      method,
      ...(show_headers !== undefined && { headers: pickHeaders(headers, show_headers) }),
      ...(body !== undefined && { body: this.#normalised(body) }),
    }))
    compare(`requests to ${path}`, requests, got)
  }

  async #request(step: RequestStep): Promise<void> {
    const { server, placeholders } = this.#props
    const { show_headers } = "api" in step ? step : step.http
    const request = httpRequest(step, placeholders)
    const { status, headers, body } = await call(server.url, request)
    const isJson = headers["content-type"]?.includes("json") ?? false
    const got = {
      status,
      ...(show_headers !== undefined && { headers: pickHeaders(headers, show_headers) }),
      ...(isJson && { body: this.#normalised(parseJson(body.toString())) }),
    }
    const { text: _, ...recorded } = step.response
    compare(`${request.method} ${request.path}`, recorded, got)
  }

  async #close(name: string): Promise<void> {
    this.#closed.add(name)
    await this.#connection(name).close()
  }

  #checkEnd(name: string, { inbox }: Connection): void {
    if (this.#closed.has(name)) return
    this.#checkUnread(name)
    if (inbox.ending !== undefined) {
      throw new Mismatch(`after the last step, ${name} was closed: ${JSON.stringify(inbox.ending)}`)
    }
  }

  #checkUnread(name: string): void {
    const unread = this.#connection(name).inbox.unread.map(({ message }) => message)
    if (unread.length === 0) return
    const texts = unread.map((message) => `+ ${sortedText(this.#normalised(message))}`)
    throw new Mismatch(`${name} has unread messages\n${texts.join("\n")}`)
  }

  #connection(name: string): Connection {
    const connection = this.#connections.get(name)
    if (connection === undefined) throw new Error(`no connection ${name} was opened`)
    return connection
  }

  #normalised(message: Json): Json {
    return this.#normaliser.normalised(message)
  }

  /** By text, with placeholders as if each message came first in the scenario. */
  #sorted(messages: readonly Json[]): readonly Json[] {
    const text = (message: Json) =>
      sortedText(new Normaliser(new Placeholders(), this.#ttls).normalised(message))
    return [...messages].sort((a, b) => (text(a) < text(b) ? -1 : 1))
  }
}

/** The N of the scenario's `now+N`, in order. */
function ttlsOf(scenario: Scenario): readonly number[] {
  const matches = JSON.stringify(scenario).matchAll(/"now\+(\d+)"/g)
  return [...matches].map(([, seconds]) => Number(seconds)).sort((a, b) => a - b)
}

function outgoing(step: SendStep, placeholders: Placeholders): Outgoing {
  const { raw, hex, cmds = [], deflate: isDeflated = false } = step
  if (hex !== undefined) return { kind: "binary", bytes: Buffer.from(hex, "hex") }
  if (raw !== undefined) return { kind: "text", text: placeholders.fillText(raw) }
  return {
    kind: "commands",
    commands: cmds.map((command) => placeholders.fill(command)),
    isDeflated,
  }
}

function httpRequest(step: RequestStep, placeholders: Placeholders): HttpRequest {
  const { raw, body, headers } = "api" in step ? step : step.http
  const content = {
    ...(raw !== undefined && { body: String(placeholders.fill(raw)) }),
    ...(body !== undefined && { body: JSON.stringify(placeholders.fill(body)) }),
  }
  if ("http" in step) return { method: step.http.method, path: step.http.path, headers, ...content }
  return {
    method: "POST",
    path: `/api/${step.api}`,
    headers: { "Content-Type": "application/json", "X-API-Key": API_KEY, ...headers },
    ...content,
  }
}
