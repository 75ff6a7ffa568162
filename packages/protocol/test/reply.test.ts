import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { encodeJson, errors, parseRawJson, toRawJson } from "../src/index.js"

describe("replies", () => {
  test("leave out what is empty", () => {
    expect(encodeJson({ id: 1, subscribe: { recoverable: false, offset: 0, epoch: "" } })).toBe(
      '{"id":1,"subscribe":{}}',
    )
  })

  test("say what a history reply always says", () => {
    expect(encodeJson({ id: 1, history: { publications: [], epoch: "e", offset: 0 } })).toBe(
      '{"id":1,"history":{"publications":[],"epoch":"e","offset":0}}',
    )
  })

  test("mark an error as temporary only when it is", () => {
    expect(encodeJson({ id: 1, error: { ...errors.badRequest } })).toBe(
      '{"id":1,"error":{"code":107,"message":"bad request"}}',
    )
    expect(JSON.parse(encodeJson({ id: 1, error: { ...errors.internal } }))).toMatchObject({
      error: { code: 100, temporary: true },
    })
  })
})

describe("pushes", () => {
  test("carry a payload as it was sent, on one line", () => {
    const data = parseRawJson('{\n  "a": 1.0\r\n}')
    const text = encodeJson({ push: { channel: "c", pub: { data, offset: 3 } } })
    expect(text).not.toMatch(/[\r\n]/)
    expect(text).toContain("1.0")
    expect(JSON.parse(text)).toEqual({ push: { channel: "c", pub: { data: { a: 1 }, offset: 3 } } })
  })

  test("are JSON whatever they carry", () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.string(),
        fc.dictionary(fc.string(), fc.string()),
        (...all) => {
          const [value, channel, tags] = all
          const pub = { data: toRawJson(value), tags: new Map(Object.entries(tags)) }
          const expected = { data: JSON.parse(JSON.stringify(value)) }
          const hasTags = Object.keys(tags).length > 0
          expect(JSON.parse(encodeJson({ push: { channel, pub } }))).toEqual({
            push: {
              ...(channel !== "" && { channel }),
              pub: { ...expected, ...(hasTags && { tags }) },
            },
          })
        },
      ),
    )
  })
})
