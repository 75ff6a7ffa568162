import { parseRawJson } from "@instant-ws/protocol"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Stream } from "../src/broker/memory/stream.js"

const data = parseRawJson("1")
const options = { size: 5, ttl: 1_000, metaTtl: 10_000 }

describe("a channel's history", () => {
  test("keeps the newest publications, up to its size", () => {
    const stream = new Stream()
    for (let n = 0; n < 8; n++) stream.append({ data }, options, 0)
    const { publications, position } = stream.read({ metaTtl: 0 }, 0)
    expect(publications.map(({ offset }) => offset)).toEqual([4, 5, 6, 7, 8])
    expect(position.offset).toBe(8)
  })

  test("forgets publications after their time, and keeps counting", () => {
    const stream = new Stream()
    const { epoch } = stream.position
    stream.append({ data }, options, 0)
    expect(stream.read({ metaTtl: 0 }, 999).publications).toHaveLength(1)
    expect(stream.read({ metaTtl: 0 }, 1_000)).toEqual({
      publications: [],
      position: { offset: 1, epoch },
    })
    expect(stream.append({ data }, options, 2_000).offset).toBe(2)
    expect(stream.isForgotten(11_999)).toBe(false)
    expect(stream.isForgotten(12_000)).toBe(true)
  })

  test("refuses a position of another epoch", () => {
    const stream = new Stream()
    const since = { offset: 0, epoch: "other" }
    expect(() => stream.read({ since, metaTtl: 0 }, 0)).toThrow("unrecoverable position")
  })

  test("has no gap, no repeat and no disorder behind any position, or less than was published", () => {
    const step = fc.record({ publish: fc.nat(7), wait: fc.constantFrom(0, 10, 600, 1_200) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.nat(40), (steps, offset) => {
        const stream = new Stream()
        let now = 0
        for (const { publish, wait } of steps) {
          for (let n = 0; n < publish; n++) stream.append({ data }, options, now)
          now += wait
        }
        const { epoch, offset: top } = stream.position
        const { publications } = stream.read({ since: { offset, epoch }, metaTtl: 0 }, now)
        const offsets = publications.map((publication) => publication.offset)
        const first = offsets[0] ?? top + 1
        expect(offsets).toEqual(Array.from({ length: offsets.length }, (_, n) => first + n))
        if (offsets.length > 0) expect(offsets.at(-1)).toBe(top)
        expect(first).toBeGreaterThan(Math.min(offset, top))
      }),
    )
  })
})
