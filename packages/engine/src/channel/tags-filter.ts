import { errors, ProtocolError, type TagsFilter } from "@instant-ws/protocol"

type Tags = ReadonlyMap<string, string>
/** Whether a publication with these tags is wanted. */
export type TagsPredicate = (tags: Tags) => boolean

const NO_TAGS: Tags = new Map()

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
  const predicate = compile(filter)
  return (tags = NO_TAGS) => predicate(tags)
}

function compile(filter: TagsFilter): TagsPredicate {
  const { op, nodes } = filter
  if (op === "") return leaf(filter)
  const parts = nodes.map(compile)
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
  if (compare === undefined || key === "") throw new ProtocolError(errors.badRequest)
  return (tags) => compare(tags.get(key), filter)
}

/** Numbers are compared as numbers; what is no number is never greater or less. */
function compared(
  value: string | undefined,
  to: string,
  test: (a: number, b: number) => boolean,
): boolean {
  if (value === undefined || value.trim() === "" || to.trim() === "") return false
  const [a, b] = [Number(value), Number(to)]
  return !Number.isNaN(a) && !Number.isNaN(b) && test(a, b)
}
