import type { RawJson } from "./payload.js"

/** Where a value stands in a JSON text. */
export interface Span {
  /** The text, which is known to be valid JSON. */
  readonly text: string
  readonly start: number
  readonly end: number
}

/** The span of a whole text without the white space around it. @throws SyntaxError when it isn't JSON. */
export function spanOf(text: string): Span {
  JSON.parse(text)
  const start = skipSpace(text, 0)
  return { text, start, end: skipValue(text, start) }
}

/** The raw JSON under a span. */
export function rawAt({ text, start, end }: Span): RawJson {
  return text.slice(start, end) as RawJson
}

/** Calls `visit` for each member of the object at `span`, in the order of the text. */
export function eachMember({ text, start }: Span, visit: (key: string, value: Span) => void): void {
  let at = skipSpace(text, start + 1)
  while (text.charCodeAt(at) !== CLOSE_BRACE) {
    const keyEnd = skipString(text, at)
    const key: string = JSON.parse(text.slice(at, keyEnd))
    const valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1)
    const valueEnd = skipValue(text, valueStart)
    visit(key, { text, start: valueStart, end: valueEnd })
    at = skipSpace(text, valueEnd)
    if (text.charCodeAt(at) === COMMA) at = skipSpace(text, at + 1)
  }
}

/** Calls `visit` for each item of the array at `span`. */
export function eachItem({ text, start }: Span, visit: (value: Span) => void): void {
  let at = skipSpace(text, start + 1)
  while (text.charCodeAt(at) !== CLOSE_BRACKET) {
    const end = skipValue(text, at)
    visit({ text, start: at, end })
    at = skipSpace(text, end)
    if (text.charCodeAt(at) === COMMA) at = skipSpace(text, at + 1)
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++
  return at
}

function skipString(text: string, from: number): number {
  let at = from + 1
  for (;;) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) return at + 1
    at += code === BACKSLASH ? 2 : 1
  }
}

function skipValue(text: string, from: number): number {
  const first = text.charCodeAt(from)
  if (first === QUOTE) return skipString(text, from)
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return skipScalar(text, from)
  let depth = 0
  let at = from
  for (;;) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = skipString(text, at)
      continue
    }
    at++
    if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++
    else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && --depth === 0) return at
  }
}

function skipScalar(text: string, from: number): number {
  let at = from
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code <= 0x20 || code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET) break
    at++
  }
  return at
}
