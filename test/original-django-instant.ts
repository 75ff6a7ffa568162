import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { prepareVirtualEnvironment } from "./virtual-environment.js"

const requirements = fileURLToPath(new URL("django-site/requirements-4.2.0.txt", import.meta.url))

/** Of the `index.min.js` that the wheel of 4.2.0 has had since December 2022: the client 0.5.0. */
const CLIENT_SHA256 = "d195b9fab70f8983a823cde414a2480cb6b982e579eb808bef9237a93bf16f26"

/** django-instant 4.2.0 with cent 4.1, as PyPI has them. */
export interface OriginalDjangoInstant {
  readonly python: string
  /** The path of the client 0.5.0, for pages. */
  readonly client: string
}

/** Makes a virtual environment with it, or takes the one that is there. @throws when PyPI has none. */
export async function originalDjangoInstant(): Promise<OriginalDjangoInstant> {
  const environment = await prepareVirtualEnvironment(requirements)
  if (environment.kind === "missing") {
    throw new Error(`django-instant 4.2.0 can't be had from PyPI: ${environment.reason}`)
  }
  const { python } = environment
  const where = "import instant; print(instant.__path__[0])"
  const { stdout } = await promisify(execFile)(python, ["-c", where])
  const client = join(stdout.trim(), "static/instant/index.min.js")
  const digest = createHash("sha256")
    .update(await readFile(client))
    .digest("hex")
  if (digest !== CLIENT_SHA256) throw new Error(`${client} is another one than 4.2.0 came with`)
  return { python, client }
}
