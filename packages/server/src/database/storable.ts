/**
 * A parameter as every database keeps it whole: PostgreSQL refuses a text with U+0000, and SQLite's driver reads it
 * up to there. It is replaced, as UTF-8 replaces half a surrogate pair.
 */
export function storable(parameter: unknown): unknown {
  return typeof parameter === "string" ? parameter.replaceAll("\0", "\uFFFD") : parameter
}
