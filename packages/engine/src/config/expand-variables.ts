import type { Mistake } from "./config-error.js"
import { isObject, type Json, type JsonObject } from "./json.js"

/** A configuration whose headers are whole. */
export interface Expanded {
  readonly config: JsonObject
  /** References to variables that aren't set. */
  readonly mistakes: readonly Mistake[]
}

const REFERENCE = /\$\{(CENTRIFUGO_VAR_[^}]+)\}/g

/** Puts variables in for `${CENTRIFUGO_VAR_…}` in the static headers of proxies. */
export function expandVariables(
  config: JsonObject,
  environment: Readonly<Record<string, string | undefined>>,
): Expanded {
  const mistakes: Mistake[] = []
  const expand = (value: Json, place: string, isHeader: boolean): Json => {
    if (Array.isArray(value)) {
      return value.map((item, index) => expand(item, `${place}[${index}]`, isHeader))
    }
    if (isObject(value)) return expandObject(value, place, isHeader)
    if (!isHeader || typeof value !== "string") return value
    return value.replace(REFERENCE, (reference, name: string) => {
      const found = environment[name]
      if (found === undefined) mistakes.push({ key: place, problem: `${name} is not set` })
      return found ?? reference
    })
  }
  const expandObject = (object: JsonObject, place: string, isHeader: boolean): JsonObject =>
    Object.fromEntries(
      Object.entries(object).map(([key, value]) => {
        const at = place === "" ? key : `${place}.${key}`
        return [key, expand(value, at, isHeader || key === "static_headers")]
      }),
    )
  return { config: expandObject(config, "", false), mistakes }
}
