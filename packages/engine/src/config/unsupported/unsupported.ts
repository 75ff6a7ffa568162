import type { Json, JsonObject } from "../json.js"

/** Keys of Centrifugo under one or several sections that ask for what this engine lacks. */
export interface Unsupported {
  /** The sections; `[]` after a list. The empty one is the whole. */
  readonly at: readonly string[]
  /** What the keys are of. */
  readonly thing: string
  /** What to do instead. */
  readonly instead: string
  /** The keys with Centrifugo's defaults, which leave the thing off. */
  readonly keys: JsonObject
  /** Keys here that leave the whole off, whatever the others say, when they say so themselves. */
  readonly offBy?: Readonly<Record<string, readonly Json[]>>
  /** There are more keys, which are not listed here. */
  readonly isOpen?: true
}
