import { isDeepStrictEqual } from "node:util"
import { isList, type Json, sortedText } from "./json.js"

/** The server does something else than was recorded. */
export class Mismatch extends Error {
  override readonly name = "Mismatch"
}

/** Compares what came with what was recorded. @throws Mismatch that shows both. */
export function compare(what: string, recorded: Json | undefined, got: Json): void {
  if (!isDeepStrictEqual(recorded, got)) {
    throw new Mismatch(`${what}: recorded (-) and got (+) differ\n${difference(recorded, got)}`)
  }
}

function difference(recorded: Json | undefined, got: Json): string {
  if (!isList(recorded) || !isList(got)) return lines(recorded, got).join("\n")
  const longer = recorded.length > got.length ? recorded : got
  return longer.flatMap((_, index) => lines(recorded[index], got[index])).join("\n")
}

function lines(recorded: Json | undefined, got: Json | undefined): readonly string[] {
  if (isDeepStrictEqual(recorded, got)) return [`  ${text(got)}`]
  return [
    ...(recorded === undefined ? [] : [`- ${text(recorded)}`]),
    ...(got === undefined ? [] : [`+ ${text(got)}`]),
  ]
}

function text(value: Json | undefined): string {
  return value === undefined ? "nothing" : sortedText(value)
}
