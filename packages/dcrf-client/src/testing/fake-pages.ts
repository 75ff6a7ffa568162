import type { FakePaging, FakeReply, FakeRow } from "./fake-stream.js"

interface Asked {
  readonly limit: number
  readonly offset: number
}

/** Answers `list` in pages: one, or when they are streamed all from the first that was asked for. */
export function answerInPages(
  rows: readonly FakeRow[],
  payload: FakeRow,
  paging: FakePaging,
): FakeReply | readonly FakeReply[] {
  const { limit, offset } = read(payload, paging)
  const page = (from: number): FakeReply => ({
    status: 200,
    data: { count: rows.length, results: rows.slice(from, from + limit), limit, offset: from },
  })
  if (paging.streamed !== true) return page(offset)
  const pages = Math.max(1, Math.ceil((rows.length - offset) / limit))
  return Array.from({ length: pages }, (_, index) => page(offset + index * limit))
}

function read(
  payload: FakeRow,
  { defaultLimit, maxLimit = Number.POSITIVE_INFINITY }: FakePaging,
): Asked {
  const limit = countIn(payload.limit, 1) ?? defaultLimit
  return { limit: Math.min(limit, maxLimit), offset: countIn(payload.offset, 0) ?? 0 }
}

/** What Python's `int()` makes of it: nonsense is passed over, but null is an unhandled exception. */
function countIn(value: unknown, smallest: number): number | undefined {
  if (value === undefined) return undefined
  if (value === null || typeof value === "object")
    throw new TypeError("limit and offset are numbers")
  const count = typeof value === "string" && value.trim() === "" ? Number.NaN : Number(value)
  return count >= smallest ? Math.trunc(count) : undefined
}
