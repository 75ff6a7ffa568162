import type { Span } from "../span.js"
import { ShapeError } from "./shape.js"

/** @throws ShapeError when the value at `span` doesn't begin with the bracket of its type. */
export function expectOpening(span: Span, bracket: "{" | "["): void {
  if (span.text[span.start] !== bracket) throw new ShapeError(`expected ${bracket}`)
}

/** Whether the value at a span is null. */
export function isNull({ text, start, end }: Span): boolean {
  return end - start === 4 && text.startsWith("null", start)
}
