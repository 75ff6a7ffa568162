import { createServer } from "node:http"
import { getRequestListener } from "@hono/node-server"
import { createEngine, type EngineConfigInput } from "@instant-ws/engine"
import { listen } from "../src/serving/listen.js"

/** The secrets of an engine in this process. */
export const ENGINE_SECRETS = {
  tokenSecret: "t0ken-k3y-0f-the-tests-which-is-long-enough",
  apiKey: "ap1-k3y-0f-the-tests-which-is-long-enough",
}

/** What stands between the engine and who asks it. */
export interface Interference {
  readonly config?: EngineConfigInput
  /** Answers in place of the engine, by path. */
  readonly answers?: Readonly<Record<string, unknown>>
}

/** An engine in this process, on a free port. */
export interface TestEngine extends AsyncDisposable {
  readonly url: string
  /** What a server needs to have it for its engine. */
  readonly env: Readonly<Record<string, string>>
  /** What names it on the command line. */
  readonly flags: readonly string[]
}

export async function startEngine({
  config = {},
  answers = {},
}: Interference = {}): Promise<TestEngine> {
  const { tokenSecret, apiKey } = ENGINE_SECRETS
  const engine = createEngine({
    ...config,
    client: { ...config.client, token: { hmac_secret_key: tokenSecret } },
    http_api: { key: apiKey },
  })
  const fetch = async (request: Request): Promise<Response> => {
    const answer = answers[new URL(request.url).pathname]
    return answer === undefined ? engine.fetch(request) : Response.json(answer)
  }
  const server = createServer(getRequestListener(fetch))
  engine.attach(server)
  const url = await listen(server, { port: 0, address: "127.0.0.1" })
  return {
    url,
    env: {
      INSTANT_ENGINE_URL: url,
      INSTANT_ENGINE_API_KEY: apiKey,
      INSTANT_ENGINE_TOKEN_SECRET: tokenSecret,
    },
    flags: ["--url", url, "--api-key", apiKey, "--token-key", tokenSecret],
    async [Symbol.asyncDispose]() {
      await engine.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
