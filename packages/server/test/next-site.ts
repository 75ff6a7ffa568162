import { execFile } from "node:child_process"
import { copyFile, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { install } from "../../../scripts/steps/install.js"
import { root } from "../../../scripts/steps/root.js"
import { exampleFile, RunningExample } from "./running-example.js"

/** How long it may take to install Next.js, in milliseconds. */
export const INSTALL_PATIENCE = 360_000
/** How long `next build` may take, in milliseconds. */
const BUILD_PATIENCE = 120_000

const sources = fileURLToPath(new URL("next-site", import.meta.url))
/** Below the project, where Node finds Instant as well. */
const home = ".cache/next"

/**
 * Installs Next.js outside of the project's own packages, or takes the one that is there.
 * @returns Whether it is there; npm has printed why it isn't.
 */
export async function installNext(): Promise<boolean> {
  await mkdir(join(root, home), { recursive: true })
  for (const file of ["package.json", "package-lock.json"]) {
    const wanted = await readFile(join(sources, file), "utf8")
    const place = join(root, home, file)
    const found = await readFile(place, "utf8").catch(() => undefined)
    // A lock file that is written again is newer than what was installed by it.
    if (found !== wanted) await writeFile(place, wanted)
  }
  return install(home)
}

/** Runs `examples/node/next.js` in a site of its own, which is built before for production. */
export async function startNext(mode: "development" | "production"): Promise<RunningExample> {
  const folder = join(root, home, mode)
  const program = join(folder, "next.js")
  const env = { NODE_ENV: mode, NEXT_TELEMETRY_DISABLED: "1" }
  await rm(folder, { recursive: true, force: true })
  for (const part of ["app", "next.config.js"]) {
    await cp(join(sources, part), join(folder, part), { recursive: true })
  }
  // A link would have Node look for Next.js beside the example.
  await copyFile(exampleFile("next.js"), program)
  if (mode === "production") await build(folder, env)
  return RunningExample.run({ program, folder, env })
}

async function build(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const next = join(root, home, "node_modules/next/dist/bin/next")
  await promisify(execFile)(process.execPath, [next, "build"], {
    cwd: folder,
    env: { ...process.env, ...env },
    timeout: BUILD_PATIENCE,
  })
}
