import type { RequestEnvironment, Site } from "./endpoint.js"
import { HttpError, refusals } from "./refusals.js"

/**
 * Has the engine answer. What it streams may not be compressed: the site's middleware would hold it back until there is
 * enough of it.
 * @throws HttpError 404 for what the engine doesn't answer, and without one in this process.
 */
export async function askEngine(
  { engine }: Pick<Site, "engine">,
  request: Request,
  environment: RequestEnvironment,
): Promise<Response> {
  const response = await engine.embedded?.fetch(request, environment)
  if (response === undefined || response.status === 404) throw new HttpError(refusals.notFound)
  if (response.headers.has("Cache-Control"))
    response.headers.append("Cache-Control", "no-transform")
  return response
}
