import { readFile } from "node:fs/promises"
import { extname } from "node:path"
import { ConfigError } from "./config-error.js"
import { isObject, type JsonObject } from "./json.js"

/**
 * Reads a configuration file, which is JSON; its keys are yet to be checked.
 * @throws ConfigError when it isn't there, can't be read, or isn't a JSON object; a mistake in the JSON
 * has its line and column.
 */
export async function loadConfigFile(path: string): Promise<JsonObject> {
  if (/^\.(ya?ml|toml)$/i.test(extname(path))) {
    throw wrong(path, "a configuration is JSON here: convert it, and name it .json")
  }
  const value = await parseJson(path, await readText(path))
  if (isObject(value)) return value
  throw wrong(path, "a configuration is a JSON object: { … }")
}

async function readText(path: string): Promise<string> {
  try {
    const text = await readFile(path, "utf8")
    return text.replace(/^\uFEFF/, "")
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause
    const isMissing = "code" in cause && cause.code === "ENOENT"
    throw wrong(path, isMissing ? "there is no such file" : `can't be read: ${cause.message}`)
  }
}

async function parseJson(path: string, text: string): Promise<unknown> {
  try {
    return JSON.parse(text)
  } catch {
    throw wrong(`${path}${await placeOf(text)}`, "from here on it isn't JSON")
  }
}

/** Where a text stops being JSON, as `:LINE:COLUMN`. Node's own parser doesn't always say. */
async function placeOf(text: string): Promise<string> {
  const { parse } = await import("@humanwhocodes/momoa")
  try {
    parse(text)
  } catch (error) {
    if (error instanceof Error && "line" in error && "column" in error) {
      return `:${error.line}:${error.column}`
    }
  }
  return ""
}

function wrong(place: string, problem: string): ConfigError {
  return new ConfigError([{ key: place, problem }])
}
