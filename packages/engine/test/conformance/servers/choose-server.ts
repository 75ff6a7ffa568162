import { centrifugoKind } from "./centrifugo.js"
import { engineKind } from "./engine.js"
import { runningServerKind } from "./running-server.js"
import type { ServerKind } from "./server-under-test.js"

/**
 * The kind of server that the environment asks for: the one at `CONFORMANCE_URL`, else the Centrifugo
 * at `CENTRIFUGO_BIN`, else the engine.
 */
export function chooseServer(environment: NodeJS.ProcessEnv): ServerKind {
  const { CONFORMANCE_URL: url, CENTRIFUGO_BIN: program } = environment
  if (url) return runningServerKind(url)
  return program ? centrifugoKind(program) : engineKind
}
