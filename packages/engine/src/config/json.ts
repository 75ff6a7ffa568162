/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

/** The value at a dotted place (`a.b.c`); undefined if there is none. */
export function valueAt(object: JsonObject, place: string): Json | undefined {
  return place
    .split(".")
    .reduce<Json | undefined>((value, key) => (isObject(value) ? value[key] : undefined), object)
}

/** A copy of an object with another value at a dotted place; objects on the way are made. */
export function withValue(object: JsonObject, place: string, value: Json): JsonObject {
  const dot = place.indexOf(".")
  if (dot < 0) return { ...object, [place]: value }
  const key = place.slice(0, dot)
  const inner = object[key]
  return { ...object, [key]: withValue(isObject(inner) ? inner : {}, place.slice(dot + 1), value) }
}
