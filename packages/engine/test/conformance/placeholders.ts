import { isList, isObject, type Json } from "./json.js"
import { signToken } from "./sign-token.js"

/**
 * What a scenario calls the values that differ in each run: `<client:1>`, `<epoch:2>`, numbered per
 * kind by first sight.
 */
export class Placeholders {
  readonly #names = new Map<string, Map<string, string>>()
  readonly #values = new Map<string, string>()

  /** The placeholder of a value, if it was seen before. */
  known(kind: string, value: string): string | undefined {
    return this.#names.get(kind)?.get(value)
  }

  /** The placeholder of a value; one seen for the first time gets the next number. */
  name(kind: string, value: string): string {
    const names = this.#names.get(kind) ?? new Map<string, string>()
    const name = names.get(value) ?? `<${kind}:${names.size + 1}>`
    this.#names.set(kind, names.set(value, name))
    this.#values.set(name, value)
    return name
  }

  /** A text with the values put in for its placeholders. */
  fillText(text: string): string {
    return [...this.#values].reduce(
      (filled, [name, value]) => filled.replaceAll(name, () => value),
      text,
    )
  }

  /**
   * What is sent for an outgoing value of a scenario: placeholders filled in, `$jwt` signed,
   * `$repeat` repeated, `now+N` and `now-N` as Unix time in seconds.
   */
  fill(value: Json): Json {
    if (typeof value === "string") return unixTime(value) ?? this.fillText(value)
    if (isList(value)) return value.map((item) => this.fill(item))
    if (!isObject(value)) return value
    if (value.$jwt !== undefined) return signToken({ ...value, $jwt: this.fill(value.$jwt) })
    if (typeof value.$repeat === "string") return value.$repeat.repeat(Number(value.times))
    const entries = Object.entries(value).map(([key, item]) => [
      this.fillText(key),
      this.fill(item),
    ])
    return Object.fromEntries(entries)
  }
}

function unixTime(text: string): number | undefined {
  const offset = /^now([+-]\d+)$/.exec(text)?.[1]
  return offset === undefined ? undefined : Math.floor(Date.now() / 1000) + Number(offset)
}
