import type { Mistake } from "./config-error.js"
import { parseDuration } from "./duration.js"
import { flatPlace } from "./flat/places.js"
import { isObject, type Json, type JsonObject } from "./json.js"
import {
  type KnownKey,
  type KnownSection,
  keysUnder,
  knownKeys,
  type UnsupportedKey,
} from "./known-keys.js"
import { nearest } from "./nearest.js"
import type { Unsupported } from "./unsupported.js"

/** A configuration by what becomes of its keys. */
export interface Screened {
  /** The part that this engine has keys for, whose values are yet to be checked. */
  readonly supported: JsonObject
  /** Keys that nobody has, that this engine lacks, or that are from before v6. */
  readonly mistakes: readonly Mistake[]
  /** Whether some keys are from before v6. */
  readonly isFlat: boolean
}

/** Looks at the keys of a configuration. One that is null counts as left out, as in Centrifugo. */
export function screen(config: JsonObject): Screened {
  const screening = new Screening()
  const supported = screening.section(knownKeys, config, "")
  return { supported, mistakes: screening.mistakes, isFlat: screening.isFlat }
}

class Screening {
  readonly mistakes: Mistake[] = []
  isFlat = false
  /** The sections where the screening stands, by what in them this engine lacks. */
  readonly #sections = new Map<Unsupported, SwitchedSection>()

  /** The part of a section that this engine has. */
  section(known: KnownSection, values: JsonObject, place: string): JsonObject {
    for (const group of known.unsupported) {
      this.#sections.set(group, { place, said: switchOf(group, values) })
    }
    const kept: [string, Json][] = []
    for (const [name, value] of Object.entries(values)) {
      const at = place === "" ? name : `${place}.${name}`
      const key = known.keys.get(name)
      if (key === undefined) this.#unknown(known, name, at)
      else if ((value ?? null) !== null) {
        const part = this.#part(key, value, at)
        if (part !== undefined) kept.push([name, part])
      }
    }
    return Object.fromEntries(kept)
  }

  /** What this engine has of a value. */
  #part(key: KnownKey, value: Json, at: string): Json | undefined {
    if (key.kind === "supported") return value
    if (key.kind === "unsupported") {
      this.#unsupported(key, value, at)
      const values = key.of.offBy?.[at.slice(at.lastIndexOf(".") + 1)]
      return key.isOursToo && values?.includes(value) ? value : undefined
    }
    if (key.kind === "list") {
      const items = this.#items(key.items, value, at)
      return key.items.isOurs ? items : undefined
    }
    if (isObject(value)) {
      const section = this.section(key, value, at)
      return key.isOurs ? section : undefined
    }
    if (flatPlace(at) !== undefined) this.#flat(at)
    else this.mistakes.push({ key: at, problem: "must be an object" })
    return undefined
  }

  #items(known: KnownSection, value: Json, at: string): Json {
    if (!Array.isArray(value)) return value
    return value.map((item, index) =>
      isObject(item) ? this.section(known, item, `${at}[${index}]`) : item,
    )
  }

  #unsupported({ off, of }: UnsupportedKey, value: Json, at: string): void {
    if (isEmpty(value) || isSame(value, off)) return
    const { place, said } = this.#sections.get(of) ?? NOWHERE
    const switches = Object.entries(of.offBy ?? {})
    const isSwitch = switches.some(([name]) => at === `${place}.${name}`)
    // What is said to be on is named once, and not with all that belongs to it.
    if (said === "off" || (said === "on" && !isSwitch)) return
    const [[name, values] = []] = switches
    const advice =
      isSwitch || name === undefined
        ? of.instead
        : `leave it out, or set ${place}.${name} to ${JSON.stringify(values?.[0])}`
    const problem = `Centrifugo has ${of.thing}, this engine doesn't: ${advice}`
    this.mistakes.push({ key: at, problem })
  }

  #unknown(known: KnownSection, name: string, at: string): void {
    if (known.unsupported.some(({ isOpen }) => isOpen)) return
    if (flatPlace(at) !== undefined) {
      this.#flat(at)
      return
    }
    const meant = meantPlace(known, name, at)
    const question = meant === undefined ? "" : `; did you mean ${meant}?`
    this.mistakes.push({ key: at, problem: `there is no such key${question}` })
  }

  #flat(key: string): void {
    this.isFlat = true
    this.mistakes.push({ key, problem: `is from before Centrifugo v6: ${flatPlace(key)}` })
  }
}

/** A section that may say whether what begins in it is on. */
interface SwitchedSection {
  readonly place: string
  readonly said: Said
}

type Said = "off" | "on" | undefined

const NOWHERE: SwitchedSection = { place: "", said: undefined }

/** What the keys say that turn a thing on and off. */
function switchOf({ offBy = {}, keys }: Unsupported, values: JsonObject): Said {
  const said = Object.keys(offBy).filter((name) => (values[name] ?? null) !== null)
  if (said.some((name) => offBy[name]?.some((off) => off === values[name]))) return "off"
  return said.some((name) => name in keys) ? "on" : undefined
}

/** A key of nearly this name beside it, or of just this name elsewhere. */
function meantPlace(known: KnownSection, name: string, at: string): string | undefined {
  const near = nearest(name, [...known.keys.keys()])
  if (near !== undefined) return `${at.slice(0, at.length - name.length)}${near}`
  const places = [...keysUnder(knownKeys)].filter(([place]) => place.endsWith(`.${name}`))
  return (places.find(([, key]) => key.kind !== "unsupported") ?? places[0])?.[0]
}

function isEmpty(value: Json): boolean {
  if (typeof value === "object") return value === null || Object.keys(value).length === 0
  return !value || millisecondsOf(value) === 0
}

function isSame(value: Json, other: Json): boolean {
  const milliseconds = millisecondsOf(value)
  if (milliseconds !== undefined) return milliseconds === millisecondsOf(other)
  return JSON.stringify(value) === JSON.stringify(other)
}

function millisecondsOf(value: Json): number | undefined {
  try {
    return typeof value === "string" ? parseDuration(value) : undefined
  } catch {
    return undefined
  }
}
