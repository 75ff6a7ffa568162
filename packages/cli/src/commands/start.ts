import { CliError } from "../cli-error.js"
import { homeWith, openHome } from "../home/home.js"
import { readOrMakeSecrets } from "../home/secrets.js"
import { refuseSecondServer } from "../home/server-file.js"
import { engineElsewhere } from "../serving/instant-options.js"
import { type Asked, readSettings } from "../settings/read-settings.js"

/**
 * Prepares the home at the first start, and serves until SIGINT or SIGTERM.
 * @throws CliError that names every mistake in the settings, each with the place that it comes from.
 */
export async function start(asked: Asked): Promise<void> {
  const settings = readSettings(asked)
  const home = homeWith(settings)
  const { startMistakes } = await import("../serving/start-mistakes.js")
  const mistakes = await startMistakes(home)
  if (mistakes.length > 0) throw new CliError(mistakes.join("\n"))
  await openHome(home)
  await refuseSecondServer(home)
  const elsewhere = engineElsewhere(home)
  const secrets =
    elsewhere === undefined
      ? await readOrMakeSecrets(home)
      : { tokenKey: elsewhere.tokenSecret, apiKey: elsewhere.apiKey }
  const { runInstant } = await import("../serving/run-instant.js")
  await runInstant(home, { secrets, isNamed: asked.config !== undefined })
}
