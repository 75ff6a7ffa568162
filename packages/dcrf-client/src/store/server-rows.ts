import { DcrfError } from "../dcrf-error.js"
import type { Pk } from "../rows.js"
import type { StreamRows, Write } from "./stream-rows.js"

/** What the server has of something: all of it, or a page of `count` rows. */
export interface Fetched {
  readonly rows: readonly object[]
  readonly count?: number
}

/** Which rows are shown, and how. */
export interface Selection {
  /** Whether a row belongs here; undefined when only the server knows. */
  wants(row: object): boolean | undefined
  /** @default the server's order */
  readonly compare?: ((a: object, b: object) => number) | undefined
}

/** Rows as the server has them, by their keys: of these `1` and `"1"` are the same. */
export class ServerRows {
  readonly #stream: StreamRows
  readonly #selection: Selection
  /** Whether they were fetched. */
  isKnown = false
  #rows = new Map<string, object>()
  #pageCount: number | undefined

  constructor(stream: StreamRows, selection: Selection) {
    this.#stream = stream
    this.#selection = selection
  }

  get pks(): readonly Pk[] {
    return [...this.#rows.values()].flatMap((row) => this.#stream.pkOf(row) ?? [])
  }

  get(pk: Pk): object | undefined {
    return this.#rows.get(String(pk))
  }

  replace({ rows, count }: Fetched): void {
    this.#rows = new Map(rows.map((row) => [this.#keyOf(row), row]))
    this.#pageCount = count
    this.isKnown = true
  }

  /** Takes what an event tells. @returns whether only a fetch can tell what is here now */
  apply(action: string, data: object): boolean {
    const key = this.#keyOf(data)
    const isKnown = this.#rows.has(key)
    // An observer without a serializer tells the key alone.
    if (action !== "delete" && Object.keys(data).length === 1) return true
    const stays = action !== "delete" && this.#selection.wants(data) !== false
    // What comes or goes moves the rows of a page.
    if (!this.#isWhole && !(isKnown && stays)) return isKnown || action !== "update"
    if (stays) this.#rows.set(key, data)
    else this.#rows.delete(key)
    return false
  }

  /** Takes what a write has done. @returns whether only a fetch can tell what is here now */
  written({ action, pk, props }: Write, answer: unknown): boolean {
    const was = this.get(pk)
    const row = { ...was, ...props, ...Object(answer) }
    if (action !== "create") return was !== undefined && this.apply(action, row)
    const isWanted = this.#selection.wants(row)
    return isWanted ? this.apply(action, row) : isWanted === undefined
  }

  /** The rows as they will be when all writes are done. */
  shown(): { readonly rows: readonly object[]; readonly count: number } {
    const shown = new Map(this.#rows)
    for (const { action, pk, props } of this.#stream.writes) {
      const key = String(pk)
      const was = shown.get(key)
      if (action === "delete") shown.delete(key)
      else if (was) shown.set(key, { ...was, ...props })
      else if (action === "create" && this.#isWhole && this.#selection.wants(props)) {
        shown.set(key, { ...props, [this.#stream.pkField]: pk })
      }
    }
    const rows = [...shown.values()]
    if (this.#selection.compare) rows.sort(this.#selection.compare)
    return { rows, count: this.#pageCount ?? rows.length }
  }

  /** Whether there are no other pages. */
  get #isWhole(): boolean {
    return this.#pageCount === undefined
  }

  /** @throws DcrfError when it has none: all rows would be taken for one. */
  #keyOf(row: object): string {
    const pk = this.#stream.pkOf(row)
    if (pk === undefined) throw new DcrfError("usage", "A row has no key: see the option pkField")
    return String(pk)
  }
}
