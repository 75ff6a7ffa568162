import type { IncomingMessage, ServerResponse } from "node:http"

/** What a custom server asks of Next.js, which isn't there when types are checked. */
export default function next(options: { readonly dev: boolean }): {
  prepare(): Promise<void>
  getRequestHandler(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
}
