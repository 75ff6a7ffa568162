import { existsSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { textAt } from "../home/json-file.js"
import { isObject } from "./kinds.js"
import { settingNames } from "./setting-list.js"

/** What a file sets. */
export interface SettingsFile {
  /** Undefined when there is none, and none is asked for. */
  readonly path: string | undefined
  readonly content: Readonly<Record<string, unknown>>
  readonly mistakes: readonly string[]
}

/**
 * Reads the file that is asked for, or that `INSTANT_CONFIG` names, or that the server of a home was started
 * with, or `instant.json` in the home.
 */
export function readSettingsFile(home: string, asked: string | undefined): SettingsFile {
  const named = asked ?? (process.env.INSTANT_CONFIG || fileOfServer(home))
  const path = resolve(named ?? join(home, "instant.json"))
  if (named === undefined && !existsSync(path)) return none(undefined)
  let content: unknown
  try {
    content = JSON.parse(readFileSync(path, "utf8").replace(/^\uFEFF/, ""))
  } catch (error) {
    return none(path, `${path}: ${wordsFor(error)}`)
  }
  if (!isObject(content)) return none(path, `${path}: must be a JSON object: { … }`)
  return { path, content, mistakes: unknownKeys(path, content) }
}

function none(path: string | undefined, ...mistakes: readonly string[]): SettingsFile {
  return { path, content: {}, mistakes }
}

/** The file of the server that runs from a home, so that the other commands mean the same database. */
function fileOfServer(home: string): string | undefined {
  try {
    return textAt(JSON.parse(readFileSync(join(home, "server.json"), "utf8")), "config")
  } catch {
    return undefined
  }
}

function wordsFor(error: unknown): string {
  if (error instanceof SyntaxError) return `is not JSON: ${error.message}`
  const { code, message } = Object(error)
  return code === "ENOENT" ? "there is no such file" : `can't be read: ${message}`
}

/** What is in a file and no setting. The engine's part is the engine's to check. */
function unknownKeys(path: string, content: object, above = ""): readonly string[] {
  return Object.entries(content).flatMap(([key, value]) => {
    const name = `${above}${key}`
    if (settingNames.some((known) => known === name)) return []
    if (name === "engine" && value === "embedded") return []
    if (!settingNames.some((known) => known.startsWith(`${name}.`))) {
      return [`${path}: ${name}: there is no such setting; docs/configuration.md names all`]
    }
    if (isObject(value)) return unknownKeys(path, value, `${name}.`)
    return [`${path}: ${name} must be a JSON object${name === "engine" ? ' or "embedded"' : ""}`]
  })
}
