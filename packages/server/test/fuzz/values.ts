import fc from "fast-check"
import type { JsonSchema } from "./document.js"

/** Names that the server knows, and may lose. */
export const KNOWN = ["public", "$team", "team", "member"] as const

const texts = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...KNOWN) },
  { weight: 2, arbitrary: fc.string({ maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      "",
      " ",
      "\0",
      "a\0b",
      "\ud800",
      "\r\nx: y",
      "@me",
      "#a,b",
      "%00",
      "__proto__",
      "' or 1=1 --",
      "9".repeat(400),
      "x".repeat(151),
      "é".repeat(5_000),
    ),
  },
)

const numbers = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(-1, 0, 1, 1_000, 1_001, 2 ** 31, 2 ** 53, 1e308),
)

const anything = fc.oneof(fc.jsonValue({ maxDepth: 3 }), texts, numbers)

/** Values of a schema; a number or a text may be outside of its bounds. */
export function valuesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(valuesOf))
  const { type } = schema
  if (Array.isArray(type)) {
    return fc.oneof(...type.map((each) => valuesOf({ ...schema, type: each })))
  }
  switch (type) {
    case "object":
      return objectsOf(schema)
    case "array":
      return fc.array(schema.items === undefined ? anything : valuesOf(schema.items), {
        maxLength: 4,
      })
    case "string":
      return texts
    case "integer":
    case "number":
      return numbers
    case "boolean":
      return fc.boolean()
    case "null":
      return fc.constant(null)
    default:
      return anything
  }
}

function objectsOf({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<object> {
  const fields: Record<string, fc.Arbitrary<unknown>> = {}
  for (const [name, schema] of Object.entries(properties)) fields[name] = valuesOf(schema)
  return fc.record(fields, { requiredKeys: [...required] })
}

/** Values of a schema, and such that lack a field, have one more or one of another type. */
export function nearlyOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const names = Object.keys(schema.properties ?? {})
  const valid = valuesOf(schema)
  const other = fc.record({
    valid,
    name: fc.oneof(fc.constantFrom("extra", ...names), texts),
    value: fc.option(anything, { nil: undefined }),
  })
  return fc.oneof(
    { weight: 5, arbitrary: valid },
    {
      weight: 3,
      arbitrary: other.map(({ valid, name, value }) => ({ ...Object(valid), [name]: value })),
    },
    { weight: 1, arbitrary: anything },
  )
}
