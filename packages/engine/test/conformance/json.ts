/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json
}

/** Reads JSON text. @throws SyntaxError when it isn't JSON. */
export function parseJson(text: string): Json {
  return JSON.parse(text)
}

/** Whether a value is a JSON object: neither a list nor null. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

/** Whether a value is a JSON list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** JSON text with the keys in sorted order: equal values have equal texts. */
export function sortedText(value: Json): string {
  return JSON.stringify(value, (_, part: Json) =>
    isObject(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/** One value over another: objects key by key, anything else replaced. */
export function merged(base: Json | undefined, over: Json): Json {
  if (!isObject(base) || !isObject(over)) return over
  const entries = Object.entries(over).map(([key, value]) => [key, merged(base[key], value)])
  return { ...base, ...Object.fromEntries(entries) }
}
