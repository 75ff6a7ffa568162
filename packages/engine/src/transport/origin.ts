/**
 * Whether a page of this origin may connect. Without an `Origin` header it is no browser's page. A
 * pattern may hold `*` for any text, as in `https://*.example.com`; no patterns admit no page.
 */
export function isAllowedOrigin(origin: string | undefined, patterns: readonly string[]): boolean {
  if (origin === undefined || origin === "") return true
  const lowerCase = origin.toLowerCase()
  return patterns.some((pattern) => matches(lowerCase, pattern.toLowerCase()))
}

function matches(text: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*")
  const last = rest.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= text.length - last.length
}
