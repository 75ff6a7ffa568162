import fc from "fast-check"
import { type Field, type Plain, type PlainMessage, schema } from "./protobuf-schema.js"

const text = fc.oneof(fc.string({ maxLength: 8 }), fc.string({ unit: "binary", maxLength: 8 }))
const whole = fc.oneof(fc.nat(), fc.maxSafeNat())
const scalars: Readonly<Record<string, fc.Arbitrary<Plain>>> = {
  int: whole,
  sint: fc.integer(),
  str: text,
  bool: fc.boolean(),
  bytes: fc.json(),
}

type Tie = (message: string) => fc.Arbitrary<PlainMessage>

const all = fc.letrec<Record<string, PlainMessage>>((tie) =>
  Object.fromEntries(
    [...schema].map(([message, fields]) => [
      message,
      fc.record(Object.fromEntries(fields.map((field) => [field.name, anyField(field, tie)])), {
        requiredKeys: [],
      }),
    ]),
  ),
)

function anyField({ name, type, holds }: Field, tie: Tie): fc.Arbitrary<Plain> {
  // The one number of the protocol that may be below zero.
  if (name === "limit") return fc.integer()
  const one = scalars[type] ?? tie(type)
  const few = { depthIdentifier: type, depthSize: "small" } as const
  if (holds === "list") return fc.array(one, { ...few, maxLength: 3 })
  return holds === "map" ? fc.dictionary(text, one, { ...few, maxKeys: 3 }) : one
}

/** Any message of this name, each of its fields there or not. */
export function anyMessage(name: string): fc.Arbitrary<PlainMessage> {
  const arbitrary = all[name]
  if (arbitrary === undefined) throw new Error(`the protocol has no ${name}`)
  return arbitrary
}

const requests = (schema.get("Command") ?? []).filter(({ name }) => name !== "id")
/** Any command: an id and one request. */
export const anyCommand: fc.Arbitrary<PlainMessage> = fc.oneof(
  ...requests.map(({ name, type }) => fc.record({ id: whole, [name]: anyMessage(type) })),
)
