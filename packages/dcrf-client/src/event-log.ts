import type { Untyped } from "./rows.js"

/** What was told last of a subscription, so that nothing fetched is told twice. */
export class EventLog {
  /** Counts what came, to see whether anything did. */
  count = 0
  #last = ""
  #lastData: Untyped
  #isFetched = false

  /** Whether this event is what was fetched and told just before. */
  isEcho(action: string, data: Untyped): boolean {
    const echoes = this.#isFetched && this.isLast(action, data)
    this.#isFetched = false
    return echoes
  }

  /** Whether this is what was told last. */
  isLast(action: string, data: Untyped): boolean {
    return action === this.#last && JSON.stringify(data) === JSON.stringify(this.#lastData)
  }

  /** Whether the row is gone. */
  get isDeleted(): boolean {
    return this.#last === "delete"
  }

  note(action: string, data: Untyped, isFetched: boolean): void {
    this.count++
    this.#last = action
    this.#lastData = data
    this.#isFetched = isFetched
  }
}
