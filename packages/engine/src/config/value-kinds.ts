import { z } from "zod"
import { parseDuration } from "./duration.js"
import { goPattern } from "./go-pattern.js"

// As in Centrifugo, an empty value (0, "", "0s") of a key that has a default means the default.

/** `true` or `false`; `false` unless said. */
export const flag = z.boolean({ error: "must be true or false" }).default(false)

/** A whole number from 0. */
export function count(fallback = 0) {
  return z
    .int({ error: "must be a whole number" })
    .min(0, { error: "must not be negative" })
    .transform((value) => (value === 0 ? fallback : value))
    .prefault(fallback)
}

/** A most that may be lifted: a negative number means that there is none, and reads to Infinity. */
export function limit(fallback: number) {
  return z
    .int({ error: "must be a whole number" })
    .transform((value) => (value < 0 ? Number.POSITIVE_INFINITY : value === 0 ? fallback : value))
    .prefault(fallback)
}

/** The number of something that has one: a code, a status. */
export function code() {
  return z.int({ error: "must be a whole number" }).min(1, { error: "must be set" })
}

/** A port: 0 as the fallback means that none is asked for. */
export function port(fallback: number) {
  return count(fallback).refine((value) => value <= 65_535, { error: "must be at most 65535" })
}

/** A text. */
export function text(fallback = "") {
  return z
    .string({ error: "must be a text" })
    .transform((value) => (value === "" ? fallback : value))
    .prefault(fallback)
}

/** A path of the URL, which begins with `/` and ends without one. */
export function path(fallback: string) {
  return text(fallback).transform((value) => `/${value.replace(/^\/+|\/+$/g, "")}`)
}

/** One of a few texts; an empty one means the fallback. */
export function choice<const Name extends string, const Fallback extends Name | "">(
  names: readonly Name[],
  fallback: Fallback,
) {
  const written: ReadonlyArray<Name | ""> = ["", ...names]
  return z
    .literal(written, { error: `must be one of ${names.map((name) => `"${name}"`).join(", ")}` })
    .transform((value): Name | Fallback => (value === "" ? fallback : value))
    .prefault(fallback)
}

/** A list; empty unless said. */
export function list<Item extends z.ZodType>(item: Item) {
  return z.array(item, { error: "must be a list" }).readonly().default([])
}

/** Texts; none unless said. */
export const texts = list(z.string({ error: "must be a text" }))

/** A duration as Go writes it, which reads to milliseconds. */
export function duration(fallback = "0s") {
  const otherwise = parseDuration(fallback)
  return z
    .string({ error: 'must be a duration, written as "30s", "1h30m" or "250ms"' })
    .transform(reading(parseDuration))
    .transform((value) => (value === 0 ? otherwise : value))
    .prefault(fallback)
}

/** A duration of whole seconds, which reads to milliseconds. */
export function seconds(fallback = "0s") {
  return duration(fallback).refine((value) => value < 0 || value % 1_000 === 0, {
    error: "must be whole seconds",
  })
}

/** A regular expression as Go writes it, which reads to JavaScript's; none unless said. */
export const pattern = z
  .string({ error: "must be a text" })
  .transform(reading((written) => (written === "" ? undefined : goPattern(written))))
  .prefault("")

/** Texts by their names, as an object or as Centrifugo's list of `{ key, value }`. */
export const textMap = z
  .union(
    [
      z.record(z.string(), z.string()),
      z.array(z.strictObject({ key: z.string(), value: z.string() })),
    ],
    { error: "must be an object of texts, or a list of { key, value }" },
  )
  .transform(
    (value): Readonly<Record<string, string>> =>
      Array.isArray(value)
        ? Object.fromEntries(value.map(({ key, value }) => [key, value]))
        : value,
  )
  .prefault({})

/** Makes what `read` throws, if it can't read a value, an issue with the same words. */
function reading<In, Out>(read: (value: In) => Out) {
  return (value: In, context: z.core.$RefinementCtx): Out => {
    try {
      return read(value)
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error
      context.addIssue({ code: "custom", message: error.message })
      return z.NEVER
    }
  }
}
