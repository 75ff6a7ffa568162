const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
}
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/gy

/**
 * Reads a duration as Go writes it (`"1h30m"`, `"0.5s"`, `"-1s"`, `"0"`), in milliseconds.
 * @throws RangeError when the text is no duration.
 */
export function parseDuration(text: string): number {
  const sign = text.startsWith("-") ? -1 : 1
  const rest = text.replace(/^[+-]/, "")
  if (rest === "0") return 0
  let total = 0
  let end = 0
  for (const [part, amount, unit] of rest.matchAll(PART)) {
    total += Number(amount) * (UNITS[unit ?? ""] ?? 0)
    end += part.length
  }
  if (end === 0 || end !== rest.length) {
    throw new RangeError(`"${text}" is not a duration: write it as "30s", "1h30m" or "250ms"`)
  }
  return sign * total
}
