import { CliError } from "../cli-error.js"
import type { RunningEngine } from "./running-engine.js"

/** How long the server may take to answer, in milliseconds. */
const DEADLINE = 10_000

/** The engine refuses a call. */
export class RefusedCall extends CliError {
  /** As in Centrifugo's server API. */
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Calls a method of an engine's HTTP API, and answers its result.
 * @param what what is refused, if it is, as `publish to "lobby"`
 * @throws RefusedCall when the engine refuses; CliError when it can't be asked.
 */
export async function callEngine(
  engine: RunningEngine,
  { method, params, what }: { method: string; params: object; what: string },
): Promise<unknown> {
  const { url } = engine
  const response = await request(engine, method, params)
  if (response.status === 401) {
    throw new CliError(`The server at ${url} refuses the API key: give its own with --api-key`)
  }
  const answer: unknown = await response.json().catch(() => undefined)
  if (!response.ok || typeof answer !== "object" || answer === null) {
    throw new CliError(
      `The server at ${url} answered status ${response.status}: check that it is the server's address`,
    )
  }
  if (!("error" in answer)) return "result" in answer ? answer.result : undefined
  const { code, message } = Object(answer.error)
  throw new RefusedCall(code, `The server refuses to ${what} (${code} ${message})${hint(code)}`)
}

async function request(
  { url, apiKey }: RunningEngine,
  method: string,
  params: object,
): Promise<Response> {
  try {
    return await fetch(`${url}/api/${method}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-API-Key": apiKey },
      body: JSON.stringify(params),
      signal: AbortSignal.timeout(DEADLINE),
    })
  } catch (cause) {
    throw new CliError(
      `The server at ${url} does not answer: start it with "instant start", or name another with --url`,
      { cause },
    )
  }
}

function hint(code: unknown): string {
  if (code === 102) return ": its namespace, before the colon, is not in the engine's configuration"
  if (code === 108) return ": the engine's configuration leaves it off for this channel"
  return ""
}
