import { ProtocolError, type TagsFilter } from "@instant-ws/protocol"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { tagsPredicate } from "../src/channel/tags-filter.js"
import { RunningEngine } from "./running-engine.js"

const empty: TagsFilter = { op: "", key: "", cmp: "", val: "", vals: [], nodes: [] }
/** Few keys and values, so that filters and tags meet. */
const key = fc.constantFrom("kind", "level", "team")
const word = fc.constantFrom("a", "ab", "b", "ba", "1", "10", "9.5", "-3", "0.50", "10.0")
const tags = fc.dictionary(key, fc.oneof(word, fc.constant("")))

/** Any filter that makes sense. */
const { filter: filters } = fc.letrec<{ filter: TagsFilter }>((tie) => {
  const leafWith = (rest: fc.Arbitrary<Partial<TagsFilter>>): fc.Arbitrary<TagsFilter> =>
    fc.tuple(key, rest).map(([of, parts]) => ({ ...empty, key: of, ...parts }))
  const nodes = fc.array(tie("filter"), { minLength: 1, maxLength: 3 })
  const branch = (op: string, below: fc.Arbitrary<readonly TagsFilter[]>) =>
    below.map((all) => ({ ...empty, op, nodes: all }))
  return {
    filter: fc.oneof(
      { maxDepth: 4 },
      leafWith(
        fc.record({
          cmp: fc.constantFrom("eq", "neq", "sw", "ew", "ct", "gt", "gte", "lt", "lte"),
          val: word,
        }),
      ),
      leafWith(
        fc.record({
          cmp: fc.constantFrom("in", "nin"),
          vals: fc.array(word, { minLength: 1, maxLength: 3 }),
        }),
      ),
      leafWith(fc.record({ cmp: fc.constantFrom("ex", "nex") })),
      branch("and", nodes),
      branch("or", nodes),
      branch("not", fc.tuple(tie("filter"))),
    ),
  }
})

type Tags = Readonly<Record<string, string>>

/** What a filter means, said as plainly as can be. */
function matches(filter: TagsFilter, of: Tags): boolean {
  const below = filter.nodes.map((node) => matches(node, of))
  if (filter.op === "and") return !below.includes(false)
  if (filter.op === "or") return below.includes(true)
  if (filter.op === "not") return below.includes(false)
  const value = of[filter.key]
  if (filter.cmp === "ex") return value !== undefined
  if (filter.cmp.startsWith("n")) return !isLike(filter.cmp.slice(1), value, filter)
  return isLike(filter.cmp, value, filter)
}

function isLike(cmp: string, value: string | undefined, { val, vals }: TagsFilter): boolean {
  if (value === undefined) return false
  const order = Math.sign(Number.parseFloat(value) - Number.parseFloat(val))
  const are: Readonly<Record<string, boolean>> = {
    eq: value === val,
    in: vals.some((each) => each === value),
    ex: true,
    sw: value.slice(0, val.length) === val,
    ew: value.length >= val.length && value.slice(value.length - val.length) === val,
    ct: value.split(val).length > 1,
    gt: order === 1,
    gte: order === 1 || order === 0,
    lt: order === -1,
    lte: order === -1 || order === 0,
  }
  return are[cmp] ?? false
}

describe("a tags filter", () => {
  test("means what it says", () => {
    fc.assert(
      fc.property(filters, fc.array(tags, { minLength: 1, maxLength: 5 }), (filter, all) => {
        const wants = tagsPredicate(filter)
        for (const of of all) expect(wants(new Map(Object.entries(of)))).toBe(matches(filter, of))
      }),
      { numRuns: 1000 },
    )
  })

  test.each<{ what: string; filter: Partial<TagsFilter> }>([
    { what: "without a comparison", filter: { key: "kind" } },
    { what: "with an unknown comparison", filter: { key: "kind", cmp: "like", val: "a" } },
    { what: "with a comparison that every object has", filter: { key: "kind", cmp: "toString" } },
    { what: "without a key", filter: { cmp: "eq", val: "a" } },
    { what: "with an unknown operator", filter: { op: "xor", nodes: [empty] } },
    { what: "that joins nothing", filter: { op: "and" } },
    {
      what: "that negates two",
      filter: {
        op: "not",
        nodes: [
          { ...empty, key: "kind", cmp: "ex" },
          { ...empty, key: "team", cmp: "ex" },
        ],
      },
    },
    {
      what: "with nonsense inside",
      filter: { op: "or", nodes: [{ ...empty, op: "not", nodes: [empty] }] },
    },
  ])("$what is refused", ({ filter }) => {
    expect(() => tagsPredicate({ ...empty, ...filter })).toThrow(ProtocolError)
  })
})

describe("a subscriber with a tags filter", () => {
  test("gets what it wants and nothing else, live or recovered, with the offsets of the stream", async () => {
    await using running = await RunningEngine.start({
      channel: {
        without_namespace: {
          allow_subscribe_for_client: true,
          allow_tags_filter: true,
          force_recovery: true,
          history_size: 20,
          history_ttl: "60s",
        },
      },
    })
    const socket = await running.socketOf("42")
    let run = 0
    const few = fc.array(tags, { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(filters, few, few, async (tf, missed, live) => {
        const channel = `c${run++}`
        const publish = async (of: Tags) => {
          await running.engine.publish(channel, of, { tags: of })
        }
        for (const of of missed) await publish(of)
        socket.send({ id: 2, subscribe: { channel, tf, recover: true } })
        const { publications = [], recovered } = Object((await socket.next()).subscribe)
        expect(recovered).toBe(true)
        for (const of of live) await publish(of)
        // Where it stops: what comes before the reply is all that was sent.
        socket.send({ id: 3, unsubscribe: { channel } })
        const received = [...publications]
        for (let next = await socket.next(); next.id !== 3; next = await socket.next()) {
          received.push(Object(next.push).pub)
        }
        const expected = [...missed, ...live].flatMap((of, index) =>
          matches(tf, of) ? [expect.objectContaining({ data: of, offset: index + 1 })] : [],
        )
        expect(received).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })
})

describe("a leaf", () => {
  const leaf = (parts: Partial<TagsFilter>) => tagsPredicate({ ...empty, ...parts })

  test("compares numbers exactly", () => {
    const isGreater = leaf({ key: "id", cmp: "gt", val: "9007199254740992" })
    expect(isGreater(new Map([["id", "9007199254740993"]]))).toBe(true)
    expect(isGreater(new Map([["id", "9007199254740991.99"]]))).toBe(false)
  })

  test.each(["0x10", "1e5", "Infinity", " 5 "])("takes %j for no number", (text) => {
    expect(leaf({ key: "n", cmp: "gt", val: "1" })(new Map([["n", text]]))).toBe(false)
  })

  test.each([
    { key: "k", cmp: "eq" },
    { key: "k", cmp: "eq", val: "a", vals: ["b"] },
    { key: "k", cmp: "in" },
    { key: "k", cmp: "in", vals: ["a"], val: "b" },
    { key: "k", cmp: "ex", val: "a" },
  ])("like %j is refused", (parts) => {
    expect(() => leaf(parts)).toThrow(ProtocolError)
  })
})
