import { errors, ProtocolError, type TagsFilter } from "@instant-ws/protocol"

type Tags = ReadonlyMap<string, string>
/** Whether a publication with these tags is wanted. */
export type TagsPredicate = (tags: Tags) => boolean

/** How the tag `key` is compared; absent tags fail every comparison but `nex`, `neq` and `nin`. */
const comparisons: Readonly<
  Record<string, (value: string | undefined, to: TagsFilter) => boolean>
> = {
  eq: (value, { val }) => value === val,
  neq: (value, { val }) => value !== val,
  in: (value, { vals }) => value !== undefined && vals.includes(value),
  nin: (value, { vals }) => value === undefined || !vals.includes(value),
  ex: (value) => value !== undefined,
  nex: (value) => value === undefined,
  sw: (value, { val }) => value?.startsWith(val) ?? false,
  ew: (value, { val }) => value?.endsWith(val) ?? false,
  ct: (value, { val }) => value?.includes(val) ?? false,
  gt: (value, { val }) => compared(value, val, (a, b) => a > b),
  gte: (value, { val }) => compared(value, val, (a, b) => a >= b),
  lt: (value, { val }) => compared(value, val, (a, b) => a < b),
  lte: (value, { val }) => compared(value, val, (a, b) => a <= b),
}

/**
 * Makes a predicate of the filter that a client sent.
 * @throws ProtocolError 107 for a filter that makes no sense.
 */
export function tagsPredicate(filter: TagsFilter): TagsPredicate {
  const { op, nodes } = filter
  if (op === "") return leaf(filter)
  const parts = nodes.map(tagsPredicate)
  const [first] = parts
  if (first === undefined) throw new ProtocolError(errors.badRequest)
  if (op === "and") return (tags) => parts.every((part) => part(tags))
  if (op === "or") return (tags) => parts.some((part) => part(tags))
  if (op === "not" && parts.length === 1) return (tags) => !first(tags)
  throw new ProtocolError(errors.badRequest)
}

function leaf(filter: TagsFilter): TagsPredicate {
  const { key, cmp } = filter
  const compare = Object.hasOwn(comparisons, cmp) ? comparisons[cmp] : undefined
  if (compare === undefined || !hasWhatItNeeds(filter)) throw new ProtocolError(errors.badRequest)
  return (tags) => compare(tags.get(key), filter)
}

function hasWhatItNeeds({ key, cmp, val, vals }: TagsFilter): boolean {
  const [hasVal, hasVals] = [val !== "", vals.length > 0]
  if (cmp === "ex" || cmp === "nex") return !hasVal && !hasVals
  if (cmp === "in" || cmp === "nin") return key !== "" && !hasVal && hasVals
  return key !== "" && hasVal && !hasVals
}

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/
/** Longer ones are no numbers. */
const MAX_DIGITS = 200

/** Numbers are compared exactly, as decimals; what is no number is never greater or less. */
function compared(
  value: string | undefined,
  to: string,
  test: (a: bigint, b: bigint) => boolean,
): boolean {
  const [a, b] = [decimal(value ?? ""), decimal(to)]
  if (a === undefined || b === undefined) return false
  const scale = Math.max(a.fraction.length, b.fraction.length)
  return test(scaled(a, scale), scaled(b, scale))
}

interface Decimal {
  readonly sign: string
  readonly whole: string
  readonly fraction: string
}

function decimal(text: string): Decimal | undefined {
  const [, sign, whole, fraction = ""] = (text.length <= MAX_DIGITS && DECIMAL.exec(text)) || []
  return sign === undefined || whole === undefined ? undefined : { sign, whole, fraction }
}

function scaled({ sign, whole, fraction }: Decimal, scale: number): bigint {
  const size = BigInt(whole + fraction.padEnd(scale, "0"))
  return sign === "-" ? -size : size
}
