import { needsBackend } from "../backend-port.js"
import type { ServerKind } from "./server-under-test.js"

/** A server that runs already, with its own configuration: it can't be stopped or given a backend. */
export function runningServerKind(url: string): ServerKind {
  return {
    name: url,
    isOurs: false,
    canPlay: ({ config, steps }) =>
      !needsBackend(config) && !steps.some((step) => "shutdown" in step),
    start: async () => ({ url, shutDown: () => {}, [Symbol.asyncDispose]: async () => {} }),
  }
}
