import fc from "fast-check"

/** What is put in: what parsers stumble over. */
const stumblingBlocks = [
  "{",
  "[",
  '"',
  "\\",
  "\n",
  "\0",
  "null",
  "-1",
  "1e999",
  "9".repeat(30),
  '"__proto__":{},',
  "[".repeat(500),
  "\ud800",
  "\u2028",
].map((text) => Buffer.from(text))
const varints = ["ffffffffffffffffff01", "80808080808080808080", "ffffffff0f", "7f"].map((hex) =>
  Buffer.from(hex, "hex"),
)

/** A place in bytes of any length. */
const place = fc.nat(0xffff)
const edits = fc.oneof(
  fc.record({
    do: fc.constant("set" as const),
    at: place,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 2 }),
  }),
  fc.record({ do: fc.constant("remove" as const), at: place, count: fc.nat(40) }),
  fc.record({ do: fc.constant("truncate" as const), at: place }),
  fc.record({
    do: fc.constant("repeat" as const),
    at: place,
    count: fc.nat(40),
    times: fc.integer({ min: 2, max: 60 }),
  }),
  fc.record({
    do: fc.constant("insert" as const),
    at: place,
    bytes: fc.oneof(
      fc.constantFrom(...stumblingBlocks, ...varints),
      fc.uint8Array({ minLength: 1, maxLength: 9 }),
    ),
  }),
)
type Edit = typeof edits extends fc.Arbitrary<infer T> ? T : never

/** Recorded bytes with some edits, two of them after one another, or bytes of any kind. */
export function mutated(recorded: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const one = fc.constantFrom(...recorded)
  const edited = fc
    .tuple(one, fc.array(edits, { maxLength: 4 }))
    .map(([bytes, all]) => all.reduce(apply, bytes))
  return fc.oneof(
    { weight: 8, arbitrary: edited },
    { weight: 1, arbitrary: fc.tuple(edited, edited).map((both) => Buffer.concat(both)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: fc.json().map((text) => Buffer.from(text)) },
  )
}

function apply(bytes: Buffer, edit: Edit): Buffer {
  const at = edit.at % (bytes.length + 1)
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)]
  switch (edit.do) {
    case "set":
      return Buffer.concat([head, edit.bytes, tail.subarray(edit.bytes.length)])
    case "remove":
      return Buffer.concat([head, tail.subarray(edit.count)])
    case "truncate":
      return head
    case "repeat":
      return Buffer.concat([head, ...Array(edit.times).fill(tail.subarray(0, edit.count)), tail])
    case "insert":
      return Buffer.concat([head, edit.bytes, tail])
  }
}
