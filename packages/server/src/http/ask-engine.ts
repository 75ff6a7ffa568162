import type { RequestEnvironment, Site } from "./endpoint.js"
import { HttpError, refusals } from "./refusals.js"

/** @throws HttpError 404 for what the engine doesn't answer, and without one in this process. */
export async function askEngine(
  { engine }: Pick<Site, "engine">,
  request: Request,
  environment: RequestEnvironment,
): Promise<Response> {
  const response = await engine.embedded?.fetch(request, environment)
  if (response === undefined || response.status === 404) throw new HttpError(refusals.notFound)
  return response
}
