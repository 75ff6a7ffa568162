import type { Pk } from "../rows.js"

/** What a client writes, and shows before the server has answered. */
export interface Write {
  readonly action: "create" | "update" | "delete"
  readonly pk: Pk
  readonly props: object
}

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
  /** Those whose answers are still to come, in the order in which they were made. */
  readonly writes = new Set<Write>()
  #newPk = 0

  constructor(pkField: string) {
    this.pkField = pkField
  }

  /** The key of a new row: its own, or a negative one until the server gives another. */
  newPk(props: object): Pk {
    return this.pkOf(props) ?? --this.#newPk
  }

  /** A delete event may say `pk`, whatever the rows call it. */
  pkOf(row: unknown): Pk | undefined {
    const fields: Readonly<Record<string, unknown>> = Object(row)
    const pk = fields[this.pkField] ?? fields.pk
    return typeof pk === "number" || typeof pk === "string" ? pk : undefined
  }

  /** Shows a write at once, and takes it back if the request fails. */
  async write<Answer>(write: Write, request: () => Promise<Answer>): Promise<Answer> {
    this.writes.add(write)
    this.#tell()
    try {
      const answer = await request()
      this.writes.delete(write)
      for (const viewer of this.viewers) viewer.written(write, answer)
      return answer
    } catch (error) {
      this.writes.delete(write)
      this.#tell()
      throw error
    }
  }

  #tell(): void {
    for (const viewer of this.viewers) viewer.changed()
  }
}
