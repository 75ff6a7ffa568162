import type { Untyped } from "./rows.js"

/** The pages of a list, from the first on; what is not a page is the only one. */
export async function* pages(
  first: Promise<Untyped>,
  fetch: (offset: number, limit?: number) => Promise<Untyped>,
): AsyncGenerator<Untyped, undefined> {
  let next = 0
  for (let answer = await first; ; ) {
    yield answer
    const { results = [], offset = next, limit, count } = answer ?? {}
    next = offset + results.length
    if (results.length === 0 || next >= count) return
    answer = await fetch(next, limit)
  }
}
