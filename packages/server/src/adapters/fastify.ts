import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from "fastify"
import type { RequestEnvironment } from "../http/endpoint.js"
import type { Instant } from "../instant.js"
import { NativeRequests } from "./native-requests.js"
import { nodeAnswer } from "./node-answer.js"
import { ownPaths } from "./own-path.js"

const requests = new NativeRequests<FastifyRequest>("fastifyInstant")

/**
 * Mounts an instance on Fastify 5: `app.register(fastifyInstant(instant))`. The app's hooks run before it, its
 * parsers don't. Attach the instance to `app.server` as well.
 */
export function fastifyInstant(instant: Instant): FastifyPluginCallback {
  const answer = nodeAnswer(instant)
  const handle = (request: FastifyRequest, reply: FastifyReply): void => {
    requests.remember(request.raw, request)
    // What hooks have said goes along with the answer, which isn't Fastify's.
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value)
    }
    reply.hijack()
    answer(request.raw, reply.raw, undefined)
  }
  return (app, _, done) => {
    // The body is left for the endpoints to read, here and nowhere else.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser("*", (_request, _payload, parsed) => parsed(null))
    for (const path of ownPaths(instant)) {
      app.all(path, handle)
      app.all(`${path}/*`, handle)
    }
    done()
  }
}

/**
 * Fastify's own request, for `authenticate(request, environment)`.
 * @throws TypeError when the request did not come through {@link fastifyInstant}.
 */
export function fastifyRequest(environment: RequestEnvironment): FastifyRequest {
  return requests.of(environment)
}
