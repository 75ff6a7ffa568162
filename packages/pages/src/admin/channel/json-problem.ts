/** Why a text is no JSON, and where. */
export interface JsonProblem {
  /** What should be there, in words. */
  readonly reason: string
  /** How many characters are before the place. */
  readonly offset: number
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
}

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
/** What a text may hold between its quotes, up to the first fault. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them as they are
const TEXT = /(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/y

/** The first fault of a text that should be JSON; undefined when there is none. */
export function findJsonProblem(text: string): JsonProblem | undefined {
  try {
    new Scan(text).whole()
    return undefined
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault
    const before = text.slice(0, fault.offset).split("\n")
    const column = (before.at(-1)?.length ?? 0) + 1
    return { reason: fault.message, offset: fault.offset, line: before.length, column }
  }
}

class Fault extends Error {
  readonly offset: number

  constructor(reason: string, offset: number) {
    super(reason)
    this.offset = offset
  }
}

class Scan {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): void {
    this.#value()
    if (this.#at < this.#text.length) this.#fail("nothing may follow here")
  }

  #value(): void {
    this.#skip(SPACE)
    const next = this.#text[this.#at]
    if (next === "{") this.#list("}", () => this.#member())
    else if (next === "[") this.#list("]", () => this.#value())
    else if (next === '"') this.#quoted()
    else if (!this.#skip(NUMBER) && !this.#skip(WORD)) {
      this.#fail(next === "'" ? 'texts stand in "double quotes"' : "a value is expected")
    }
    this.#skip(SPACE)
  }

  /** What stands between braces or brackets, with commas. */
  #list(end: "}" | "]", item: () => void): void {
    this.#at += 1
    this.#skip(SPACE)
    if (this.#take(end)) return
    do item()
    while (this.#take(","))
    if (!this.#take(end)) this.#fail(`a comma or ${end} is expected`)
  }

  #member(): void {
    this.#skip(SPACE)
    if (this.#text[this.#at] !== '"') this.#fail('a name in "double quotes" is expected')
    this.#quoted()
    this.#skip(SPACE)
    if (!this.#take(":")) this.#fail("a colon is expected")
    this.#value()
  }

  #quoted(): void {
    this.#at += 1
    this.#skip(TEXT)
    if (this.#take('"')) return
    const next = this.#text[this.#at]
    if (next === "\\") this.#fail('after \\ stands one of " \\ / b f n r t u0000')
    this.#fail("the text has no end in its line")
  }

  #take(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false
    this.#at += 1
    return true
  }

  /** Goes past what a pattern finds here. @returns whether it was anything */
  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    const [found = ""] = pattern.exec(this.#text) ?? []
    this.#at += found.length
    return found !== ""
  }

  #fail(reason: string): never {
    throw new Fault(reason, this.#at)
  }
}
