import { z } from "zod"
import { isObject, type Json } from "./json.js"
import { configSchema } from "./schema.js"
import { type Unsupported, unsupported } from "./unsupported.js"

/** How the value of a key is written. */
export type Form = "flag" | "number" | "text" | "list" | "json"

/** A key that this engine has. */
export interface SupportedKey {
  readonly kind: "supported"
  readonly form: Form
}

/** A key that asks for what this engine lacks, unless it has the value that leaves it off. */
export interface UnsupportedKey {
  readonly kind: "unsupported"
  readonly form: Form
  readonly off: Json
  readonly of: Unsupported
  /** Whether this engine has some of its values: those by which the thing is off. */
  readonly isOursToo: boolean
}

/** An object whose keys are known. */
export interface KnownSection {
  readonly kind: "section"
  /** Whether this engine has it, in parts at least. */
  readonly isOurs: boolean
  readonly keys: Map<string, KnownKey>
  /** What begins here that this engine lacks. */
  readonly unsupported: Unsupported[]
}

/** A list of such objects. */
export interface KnownList {
  readonly kind: "list"
  readonly items: KnownSection
}

/** What may stand at a place in a configuration. */
export type KnownKey = SupportedKey | UnsupportedKey | KnownSection | KnownList

/** All keys of Centrifugo's v6 layout, and ours. */
export const knownKeys: KnownSection = withUnsupported(
  sectionOf(z.toJSONSchema(configSchema, { io: "input", unrepresentable: "any" })),
)

/**
 * The keys under a section with their dotted places. A list is one key; the keys of its items are not
 * walked.
 */
export function* keysUnder(
  { keys }: KnownSection,
  place = "",
): Generator<readonly [place: string, key: Exclude<KnownKey, KnownSection>]> {
  for (const [name, key] of keys) {
    const at = place === "" ? name : `${place}.${name}`
    if (key.kind === "section") yield* keysUnder(key, at)
    else yield [at, key]
  }
}

function sectionOf(schema: z.core.JSONSchema.BaseSchema): KnownSection {
  const properties = Object.entries(schema.properties ?? {})
  const keys = new Map(properties.map(([name, type]) => [name, keyOf(type)]))
  return { kind: "section", isOurs: true, keys, unsupported: [] }
}

function keyOf(schema: z.core.JSONSchema._JSONSchema): KnownKey {
  if (typeof schema === "boolean") return { kind: "supported", form: "json" }
  if (schema.properties !== undefined) return sectionOf(schema)
  const { items } = schema
  if (typeof items === "object" && !Array.isArray(items) && items.properties !== undefined) {
    return { kind: "list", items: sectionOf(items) }
  }
  return { kind: "supported", form: formOf(schema) }
}

function formOf({ type, anyOf = [] }: z.core.JSONSchema.BaseSchema): Form {
  const types: unknown[] = [type, ...anyOf.map((one) => typeof one === "object" && one.type)].flat()
  if (types.includes("string")) return "text"
  if (types.includes("boolean")) return "flag"
  if (types.includes("integer")) return "number"
  return types.includes("object") ? "json" : "list"
}

function withUnsupported(all: KnownSection): KnownSection {
  for (const group of unsupported) {
    for (const place of group.at) {
      const section = place === "" ? all : place.split(".").reduce(sectionUnder, all)
      section.unsupported.push(group)
      addKeys(section, group, group.keys)
    }
  }
  return all
}

function addKeys(section: KnownSection, group: Unsupported, keys: Unsupported["keys"]): void {
  for (const [key, off] of Object.entries(keys)) {
    if (isObject(off) && Object.keys(off).length > 0) {
      addKeys(sectionUnder(section, key), group, off)
    } else {
      const isOursToo = section.keys.get(key)?.kind === "supported"
      section.keys.set(key, {
        kind: "unsupported",
        form: formOfValue(off),
        off,
        of: group,
        isOursToo,
      })
    }
  }
}

/** The section under another one, which is made if there is none; after a list's name stands `[]`. */
function sectionUnder(parent: KnownSection, step: string): KnownSection {
  const name = step.replace(/\[\]$/, "")
  const known = parent.keys.get(name)
  if (known?.kind === "section") return known
  if (known?.kind === "list") return known.items
  const section: KnownSection = { kind: "section", isOurs: false, keys: new Map(), unsupported: [] }
  parent.keys.set(name, name === step ? section : { kind: "list", items: section })
  return section
}

function formOfValue(value: Json): Form {
  if (typeof value === "boolean") return "flag"
  if (typeof value === "number") return "number"
  if (typeof value === "string") return "text"
  return Array.isArray(value) ? "list" : "json"
}
