import type { RequestEnvironment } from "@instant-ws/engine"
import type { Context } from "hono"
import type { SignInEvents } from "../accounts/sign-in-events.js"
import type { EngineLink } from "../engine/engine-link.js"
import type { ReadinessCheck } from "../operation/readiness.js"
import type { Shutdown } from "../operation/shutdown.js"
import type { Statistics } from "../operation/statistics.js"
import type { Publisher } from "../publish/publisher.js"
import type { Settings } from "../settings.js"
import type { Store } from "../store.js"
import type { TokenSigner } from "../tokens.js"
import { HttpError, refusals } from "./refusals.js"

export type { RequestEnvironment }

/** One request to an endpoint. */
export type RequestContext = Context<{ Bindings: RequestEnvironment }>

/** What the endpoints work with. */
export interface Site {
  readonly settings: Settings
  readonly store: Store
  readonly tokens: TokenSigner
  readonly engine: EngineLink
  readonly signIns: SignInEvents
  readonly publisher: Publisher
  readonly statistics: Statistics
  readonly readiness: ReadinessCheck
  readonly shutdown: Shutdown
}

/** Answers requests of some methods, with GET those of HEAD, and refuses the others. */
export function endpoint(
  methods: readonly string[],
  answer: (context: RequestContext) => Promise<Response>,
): (context: RequestContext) => Promise<Response> {
  return async (context) => {
    const { method } = context.req
    if (methods.includes(method === "HEAD" ? "GET" : method)) return answer(context)
    throw new HttpError(refusals.method, { Allow: methods.join(", ") })
  }
}
