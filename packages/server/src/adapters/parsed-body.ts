import type { IncomingMessage } from "node:http"

/** A request of Node's with what `@hono/node-server` reads in place of a body that is gone. */
interface Readable extends IncomingMessage {
  rawBody?: unknown
}

/**
 * Puts a body back that a parser before us has read, so that it can be read once more.
 * @param parsed What the parser made of it: bytes, a text, or what was JSON. A form comes back as JSON under
 * the type of a form, which no endpoint takes.
 */
export function restoreBody(request: Readable, parsed: unknown): void {
  if (!request.readableDidRead || request.rawBody instanceof Buffer) return
  request.rawBody = bytesOf(typeof request.rawBody === "string" ? request.rawBody : parsed)
}

function bytesOf(parsed: unknown): Buffer {
  if (parsed instanceof Uint8Array) return Buffer.from(parsed)
  if (typeof parsed === "string") return Buffer.from(parsed)
  return Buffer.from(JSON.stringify(parsed) ?? "")
}
