import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { findJsonProblem } from "../src/admin/channel/json-problem.js"

describe("the first fault of a text that should be JSON", () => {
  test.each([
    ['{ "order": 7', "line 1, column 13: a comma or } is expected"],
    ["{\n  order: 7 }", 'line 2, column 3: a name in "double quotes" is expected'],
    ['{ "order" 7 }', "line 1, column 11: a colon is expected"],
    ["[1,, 2]", "line 1, column 4: a value is expected"],
    ["[1] 2", "line 1, column 5: nothing may follow here"],
    ["['a']", 'line 1, column 2: texts stand in "double quotes"'],
    ['["a\n"]', "line 1, column 4: the text has no end in its line"],
    ['["\\x"]', 'line 1, column 3: after \\ stands one of " \\ / b f n r t u0000'],
    ["", "line 1, column 1: a value is expected"],
    ["01", "line 1, column 2: nothing may follow here"],
  ])("in %j is at %s", (text, words) => {
    const { line, column, reason } = findJsonProblem(text) ?? {}
    expect(`line ${line}, column ${column}: ${reason}`).toBe(words)
  })

  test("is in none that JSON.parse takes", () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 0, max: 4 }), (json, indent) => {
        expect(findJsonProblem(JSON.stringify(JSON.parse(json), undefined, indent))).toBeUndefined()
      }),
    )
  })

  test("is in all that it doesn't", () => {
    const signs = fc.constantFrom(..."{}[]:,\"'\\ \n01.eE+-tfnu", "true", "false", "null", '"a"')
    const spoilt = fc.array(signs, { maxLength: 12 }).map((parts) => parts.join(""))
    fc.assert(
      fc.property(spoilt, (text) => {
        expect(findJsonProblem(text) === undefined).toBe(isJson(text))
      }),
      { numRuns: 2000 },
    )
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
