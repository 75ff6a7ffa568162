import type { Untyped } from "./rows.js"

/** The pages of a list, from the first on; what is not a page is the only one. */
export async function* pages(
  first: Promise<Untyped>,
  fetch: (limit: number, offset: number) => Promise<Untyped>,
): AsyncGenerator<Untyped, undefined> {
  for (let answer = await first; ; ) {
    yield answer
    const { results = [], offset = 0, limit, count } = answer ?? {}
    const next = offset + results.length
    if (results.length === 0 || next >= count) return
    answer = await fetch(limit, next)
  }
}
