import type { Settings } from "../settings.js"
import { HttpError, refusals } from "./refusals.js"

/** Waits for what `authenticate` answers. @throws HttpError 503, logged, when it takes too long. */
export async function askInTime<T>(
  answer: Promise<T>,
  { authenticateTimeout, log }: Pick<Settings, "authenticateTimeout" | "log">,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      log?.error({ authenticateTimeout }, "authenticate() did not answer in time")
      reject(new HttpError(refusals.slowAuthentication))
    }, authenticateTimeout)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
