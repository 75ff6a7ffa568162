import { adminOperations } from "../admin/admin-operations.js"
import type { Settings } from "../settings.js"
import { endpoint, type Site } from "./endpoint.js"
import {
  accountOperations,
  metricsOperations,
  visitorOperations,
  watchOperations,
} from "./endpoint-operations.js"
import { hasEngineEndpoint } from "./engine-endpoint.js"
import { engineOperations } from "./engine-operations.js"
import { metricsPath } from "./metrics.js"
import { type Operations, writeOperation } from "./operation.js"

/** `GET /instant/openapi.json`: what is answered here, for programs. */
export const openapi = (site: Site) => {
  let document: object | undefined
  return endpoint(["GET"], async (context) => {
    document ??= writeDocument(site.settings)
    return context.json(document)
  })
}

/** What an installation answers, as an OpenAPI 3.1 document. */
function writeDocument(settings: Settings) {
  const paths = Object.entries(operationsOf(settings)).map(([path, methods]) => [
    path,
    Object.fromEntries(
      Object.entries(methods).map(([method, each]) => [method, writeOperation(path, each)]),
    ),
  ])
  return {
    openapi: "3.1.0",
    info: { title: "Instant", version: "1" },
    paths: Object.fromEntries(paths),
    components: { securitySchemes },
  }
}

const securitySchemes = {
  session: {
    type: "apiKey",
    in: "cookie",
    name: "sessionid",
    description: "The session of the built-in accounts; or what the site itself signs in with",
  },
  csrf: {
    type: "apiKey",
    in: "header",
    name: "X-CSRFToken",
    description: "The csrf_token of the last tokens, with the cookie csrftoken",
  },
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key", description: "The engine's" },
}

function operationsOf(settings: Settings): Operations {
  return {
    ...(settings.authenticate === undefined && accountOperations),
    ...visitorOperations,
    ...watchOperations,
    ...(metricsPath(settings) !== undefined && metricsOperations),
    ...adminOperations,
    ...(hasEngineEndpoint(settings) && engineOperations),
  }
}
