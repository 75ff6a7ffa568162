/** An object of which nothing is known. */
export type Fields = Readonly<Record<string, unknown>>

/** A field that is a text; `""` when it is none. */
export function textIn(fields: Fields, key: string): string {
  const value = fields[key]
  return typeof value === "string" ? value : ""
}

/** A field that is a number; 0 when it is none. */
export function numberIn(fields: Fields, key: string): number {
  const value = fields[key]
  return typeof value === "number" ? value : 0
}
