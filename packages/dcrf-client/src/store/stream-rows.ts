import type { Pk } from "../rows.js"

/** What a client writes, and shows before the server has answered. */
export type Write = { readonly pk: Pk } & (
  | { readonly kind: "create" | "change"; readonly props: object }
  | { readonly kind: "delete" }
)

/** Shows rows of a stream. */
export interface RowsViewer {
  /** The writes that are under way are others than before. */
  changed(): void
  /** The server has done a write, and answered. */
  written(write: Write, answer: unknown): void
}

/** What is known of one stream: who shows its rows, and the writes that are under way. */
export class StreamRows {
  readonly pkField: string
  readonly viewers = new Set<RowsViewer>()
  readonly #writes = new Set<Write>()
  #newPks = 0

  constructor(pkField: string) {
    this.pkField = pkField
  }

  /** Those whose answers are still to come, in the order in which they were made. */
  get writes(): ReadonlySet<Write> {
    return this.#writes
  }

  /** The key of a new row: its own, or a negative one until the server gives another. */
  newPk(props: object): Pk {
    const own = this.pkOf(props)
    if (own !== undefined) return own
    this.#newPks += 1
    return -this.#newPks
  }

  /** A delete event may say `pk`, whatever the rows call it. */
  pkOf(row: unknown): Pk | undefined {
    const fields: Readonly<Record<string, unknown>> = Object(row)
    const pk = fields[this.pkField] ?? fields.pk
    return typeof pk === "number" || typeof pk === "string" ? pk : undefined
  }

  /** Shows a write at once, and takes it back if the request fails. */
  async write<Answer>(write: Write, request: () => Promise<Answer>): Promise<Answer> {
    this.#writes.add(write)
    this.#tell()
    try {
      const answer = await request()
      this.#writes.delete(write)
      for (const viewer of this.viewers) viewer.written(write, answer)
      return answer
    } catch (error) {
      this.#writes.delete(write)
      this.#tell()
      throw error
    }
  }

  #tell(): void {
    for (const viewer of this.viewers) viewer.changed()
  }
}
