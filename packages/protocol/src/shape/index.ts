import { type Span, spanOf } from "../span.js"

export { always, lazy, list, map, optional, shared } from "./containers.js"
export { isNull } from "./json-value.js"
export { jsonMessage, type MessageShape, message } from "./message.js"
export { bool, double, int, payload, signed, string } from "./scalars.js"
export { type ReadAs, type Shape, ShapeError, type WrittenAs } from "./shape.js"

/** Reads a JSON text. @throws SyntaxError when it isn't JSON, ShapeError when it is of another shape. */
export function decode<Read>(shape: { decode(span: Span): Read }, text: string): Read {
  return shape.decode(spanOf(text))
}
