import { ConfigError, type Mistake } from "./config-error.js"
import { expandVariables } from "./expand-variables.js"
import { flatTarget } from "./flat/places.js"
import { isObject, type Json, type JsonObject, valueAt, withValue } from "./json.js"
import { type KnownKey, type KnownSection, keysUnder, knownKeys } from "./known-keys.js"
import { nearest } from "./nearest.js"

/** Variables of an environment, such as `process.env`. */
export interface Environment {
  readonly [name: string]: string | undefined
}

/** A configuration with what an environment says. */
export interface Overridden {
  readonly config: JsonObject
  /** A sentence for each variable that looks like a key and is none. */
  readonly warnings: readonly string[]
}

/**
 * Lays `CENTRIFUGO_…` variables over a configuration, as Centrifugo does: the name is the key's place
 * with `_` for the dots, lists are separated by spaces, lists of objects are JSON. The options of one
 * namespace or proxy are `CENTRIFUGO_CHANNEL_NAMESPACES_<its name>_<option>`. An empty variable counts
 * as none. `${CENTRIFUGO_VAR_…}` in static headers is put in.
 * @throws ConfigError that names every variable with a wrong value.
 */
export function applyEnvironment(config: JsonObject, environment: Environment): Overridden {
  const reading = new Reading(environment)
  const overridden = reading.items(reading.section(config, knownKeys, PREFIX))
  const expanded = expandVariables(overridden, environment)
  const mistakes = [...reading.mistakes, ...expanded.mistakes]
  if (mistakes.length > 0) throw new ConfigError(mistakes)
  return { config: expanded.config, warnings: reading.warnings() }
}

const PREFIX = "CENTRIFUGO_"
/** Variables that Kubernetes sets for a service of this name, and those that headers refer to. */
const OTHERS = /^CENTRIFUGO_(VAR_|([A-Z0-9_]+_)?(PORT|SERVICE_))/

class Reading {
  readonly mistakes: Mistake[] = []
  readonly #environment: Environment
  readonly #known = new Set<string>()

  constructor(environment: Environment) {
    this.#environment = environment
  }

  /** A section with what the variables say that begin with a prefix. */
  section(section: JsonObject, known: KnownSection, prefix: string): JsonObject {
    let result = section
    for (const [place, key] of keysUnder(known)) {
      const name = prefix + variableName(place)
      this.#known.add(name)
      const written = this.#environment[name] ?? ""
      if (written === "") continue
      try {
        result = withValue(result, place, parse(key, written, valueAt(result, place)))
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error
        this.mistakes.push({ key: name, problem: problemOf(key) })
      }
    }
    return result
  }

  /** The same for each item that has a name in a list. */
  items(config: JsonObject): JsonObject {
    let result = config
    for (const [place, key] of keysUnder(knownKeys)) {
      const list = valueAt(result, place)
      if (key.kind !== "list" || !Array.isArray(list)) continue
      const read = (item: Json): Json => {
        if (!isObject(item) || typeof item.name !== "string") return item
        const prefix = `${PREFIX}${variableName(place)}_${variableName(item.name)}_`
        return this.section(item, key.items, prefix)
      }
      result = withValue(result, place, list.map(read))
    }
    return result
  }

  warnings(): readonly string[] {
    return Object.keys(this.#environment)
      .filter((name) => name.startsWith(PREFIX) && !this.#known.has(name) && !OTHERS.test(name))
      .map(
        (name) => `${name} is the variable of no key${this.#question(name.slice(PREFIX.length))}`,
      )
  }

  #question(name: string): string {
    const place = flatTarget(name.toLowerCase())
    const names = [...this.#known].map((known) => known.slice(PREFIX.length))
    const meant = place === undefined ? nearest(name, names) : variableName(place)
    return meant === undefined ? "" : `; did you mean ${PREFIX}${meant}?`
  }
}

function variableName(place: string): string {
  return place.replace(/[.-]/g, "_").toUpperCase()
}

type Key = Exclude<KnownKey, KnownSection>

/** @throws SyntaxError when a variable isn't written as its key asks. */
function parse(key: Key, written: string, before: Json | undefined): Json {
  if (key.kind === "list") return parseItems(key.items, written, before)
  if (key.form === "flag") return parseFlag(written)
  if (key.form === "number") return parseNumber(written)
  if (key.form === "list" && !written.startsWith("[")) return written.split(" ")
  return key.form === "text" ? written : parseJson(written)
}

function parseItems(items: KnownSection, written: string, before: Json | undefined): Json {
  if (written.startsWith("[") || !items.keys.has("name")) return parseJson(written)
  return [...(Array.isArray(before) ? before : []), ...written.split(" ").map((name) => ({ name }))]
}

function parseFlag(written: string): boolean {
  if (/^(1|t|T|true|TRUE|True)$/.test(written)) return true
  if (/^(0|f|F|false|FALSE|False)$/.test(written)) return false
  throw new SyntaxError()
}

function parseNumber(written: string): number {
  if (/^[+-]?\d{1,15}$/.test(written)) return Number(written)
  throw new SyntaxError()
}

function parseJson(written: string): Json {
  const value: Json = JSON.parse(written)
  return value
}

function problemOf(key: Key): string {
  if (key.kind === "list") return "must be a JSON list"
  if (key.form === "flag") return "must be true or false"
  if (key.form === "number") return "must be a whole number"
  return "must be JSON"
}
