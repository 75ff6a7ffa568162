import type { FakePk, FakeRow, FakeStream } from "./fake-stream.js"

/** A change of a row: what it was, and what it is. */
export type FakeChange = { readonly pk: FakePk } & (
  | { readonly action: "create"; readonly now: FakeRow }
  | { readonly action: "update"; readonly was: FakeRow; readonly now: FakeRow }
  | { readonly action: "delete"; readonly was: FakeRow }
)

/** What is wrong with some data, as `errors` tells it. */
export type Faults = readonly unknown[] | undefined

/** The rows of a stream. */
export class FakeTable {
  readonly #stream: FakeStream
  readonly #rows = new Map<string, FakeRow>()
  #highest = 0

  constructor(stream: FakeStream) {
    this.#stream = stream
    this.fill(stream.rows ?? [])
  }

  get pkField(): string {
    return this.#stream.pkField ?? "pk"
  }

  get rows(): readonly FakeRow[] {
    return [...this.#rows.values()]
  }

  /** Puts these rows in the place of all others. */
  fill(rows: readonly object[]): void {
    this.#rows.clear()
    for (const row of rows) this.#put({ ...this.#stream.defaults, ...row })
  }

  /** Keys of text name numbers too. */
  find(pk: unknown): FakeRow | undefined {
    return this.#rows.get(String(pk))
  }

  create(data: object): FakeChange {
    const now = this.#put({ ...this.#stream.defaults, ...data })
    return { action: "create", pk: this.pkOf(now), now }
  }

  /** @returns nothing when there is no such row */
  update(pk: unknown, data: object): FakeChange | undefined {
    const was = this.find(pk)
    if (was === undefined) return undefined
    const now = this.#put({ ...was, ...data, [this.pkField]: this.pkOf(was) })
    return { action: "update", pk: this.pkOf(was), was, now }
  }

  /** @returns nothing when there is no such row */
  delete(pk: unknown): FakeChange | undefined {
    const was = this.find(pk)
    if (was === undefined) return undefined
    this.#rows.delete(String(pk))
    return { action: "delete", pk: this.pkOf(was), was }
  }

  /**
   * @param pk the row that is changed, if there is one
   * @param partial whether required fields may be left out
   */
  faultsIn(data: unknown, pk: unknown, partial: boolean): Faults {
    if (typeof data !== "object" || data === null || Array.isArray(data)) {
      const text = `Invalid data. Expected a dictionary, but got ${pythonType(data)}.`
      return [{ non_field_errors: [text] }]
    }
    const missing = partial ? [] : (this.#stream.required ?? []).filter((field) => !(field in data))
    if (missing.length > 0) {
      return [Object.fromEntries(missing.map((field) => [field, ["This field is required."]]))]
    }
    const others = this.rows.filter((row) => String(this.pkOf(row)) !== String(pk))
    const faults = this.#stream.validate?.({ ...data }, others)
    return faults && [faults]
  }

  /** The key of a row of this table. */
  pkOf(row: FakeRow): FakePk {
    const pk = row[this.pkField]
    return typeof pk === "number" ? pk : String(pk)
  }

  #put(fields: FakeRow): FakeRow {
    const row = { [this.pkField]: fields[this.pkField] ?? this.#newPk(), ...fields }
    const pk = this.pkOf(row)
    if (typeof pk === "number") this.#highest = Math.max(this.#highest, pk)
    this.#rows.set(String(pk), row)
    return row
  }

  #newPk(): FakePk {
    if (this.#stream.newPk) return this.#stream.newPk()
    const isText = this.rows.some((row) => typeof row[this.pkField] === "string")
    return isText ? crypto.randomUUID() : this.#highest + 1
  }
}

function pythonType(data: unknown): string {
  if (Array.isArray(data)) return "list"
  if (data === null) return "NoneType"
  if (typeof data === "string") return "str"
  return typeof data === "boolean" ? "bool" : Number.isInteger(data) ? "int" : "float"
}
