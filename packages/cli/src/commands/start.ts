import { CliError } from "../cli-error.js"
import { openHome } from "../home/home.js"
import { readOrMakeSecrets } from "../home/secrets.js"
import { refuseSecondServer } from "../home/server-file.js"
import type { RunOptions } from "../serving/run-instant.js"

/** Prepares the home at the first start, and serves until SIGINT or SIGTERM. */
export async function start(options: RunOptions): Promise<void> {
  if (options.demo && process.env.NODE_ENV === "production") {
    throw new CliError(
      "The demo's people have known passwords: start without --demo when NODE_ENV is production",
    )
  }
  const home = await openHome()
  await refuseSecondServer(home)
  const secrets = await readOrMakeSecrets(home)
  const { runInstant } = await import("../serving/run-instant.js")
  await runInstant(home, secrets, options)
}
