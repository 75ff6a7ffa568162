import { writeFile } from "node:fs/promises"
import type { EngineConfigInput, JsonObject } from "@instant-ws/engine"
import { CliError } from "../cli-error.js"

/** A configuration as a file holds it. */
export function configText(config: EngineConfigInput | JsonObject): string {
  return `${JSON.stringify(config, null, 2)}\n`
}

/**
 * Writes a new file that only this user reads, as there are secrets in it.
 * @throws CliError when the file is there already or can't be written.
 */
export async function writeConfig(
  file: string,
  config: EngineConfigInput | JsonObject,
): Promise<void> {
  try {
    await writeFile(file, configText(config), { mode: 0o600, flag: "wx" })
  } catch (cause) {
    const isThere = cause instanceof Error && "code" in cause && cause.code === "EEXIST"
    throw new CliError(
      isThere
        ? `${file} is there already: name another file`
        : `Can't write ${file}: make its folder writable for this user`,
      { cause },
    )
  }
}
