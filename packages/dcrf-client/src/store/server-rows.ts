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
  }

  /** Takes what an event tells. @returns whether only a fetch can tell what is here now */
  apply(action: string, data: object): boolean {
    const key = this.#keyOf(data)
    const isKnown = this.#rows.has(key)
    const stays = action !== "delete" && this.#selection.wants(data) !== false
    // What comes or goes moves the rows of a page.
    if (this.#pageCount !== undefined && !(isKnown && stays)) return isKnown || action !== "update"
    if (stays) this.#rows.set(key, data)
    else this.#rows.delete(key)
    return false
  }

  /** Takes what a write has done. @returns whether only a fetch can tell what is here now */
  written(write: Write, answer: unknown): boolean {
    const { pk, kind } = write
    if (kind === "delete") return this.#rows.has(String(pk)) && this.apply("delete", { pk })
    const row = { ...write.props, ...Object(answer) }
    if (kind === "change") {
      const was = this.#rows.get(String(pk))
      return was !== undefined && this.apply("update", { ...was, ...row })
    }
    const isWanted = this.#selection.wants(row)
    return isWanted === true ? this.apply("create", row) : isWanted === undefined
  }

  /** The rows as they will be when all writes are done. */
  shown(): { readonly rows: readonly object[]; readonly count: number } {
    const shown = new Map(this.#rows)
    for (const write of this.#stream.writes) {
      const key = String(write.pk)
      const was = shown.get(key)
      if (write.kind === "delete") shown.delete(key)
      else if (was !== undefined) shown.set(key, { ...was, ...write.props })
      else if (write.kind === "create" && this.#selection.wants(write.props) === true) {
        shown.set(key, { ...write.props, [this.#stream.pkField]: write.pk })
      }
    }
    const rows = [...shown.values()]
    if (this.#selection.compare) rows.sort(this.#selection.compare)
    return { rows, count: this.#pageCount ?? rows.length }
  }

  #keyOf(row: object): string {
    return String(this.#stream.pkOf(row))
  }
}
