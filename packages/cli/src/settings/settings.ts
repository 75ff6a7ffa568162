import { CliError } from "../cli-error.js"
import { isObject } from "./kinds.js"
import type { SettingName } from "./setting-list.js"

/** A value, and where it comes from. */
export interface Given {
  readonly value: unknown
  /** As `--port`, `PORT` or the path of the file. */
  readonly origin: string
}

/** What was read. */
export interface SettingsParts {
  /** The file, if there is one. */
  readonly file: string | undefined
  readonly given: ReadonlyMap<SettingName, Given>
  readonly mistakes: readonly string[]
}

/** What is set of a server, by flags, the environment and a file. */
export class Settings {
  /** The path of the file that was read; undefined when there is none. */
  readonly file: string | undefined
  /** A sentence for each thing that is wrong, with the place that it comes from. */
  readonly mistakes: readonly string[]
  readonly #given: ReadonlyMap<SettingName, Given>

  constructor({ file, given, mistakes }: SettingsParts) {
    this.file = file
    this.mistakes = mistakes
    this.#given = given
  }

  /** @throws CliError that names every mistake. */
  check(): void {
    if (this.mistakes.length > 0) throw new CliError(this.mistakes.join("\n"))
  }

  /** The text that is set, or undefined. */
  text(name: SettingName): string | undefined {
    const value = this.#valueOf(name)
    return typeof value === "string" ? value : undefined
  }

  /** The word that is set, or undefined. */
  oneOf<Word extends string>(name: SettingName, words: readonly Word[]): Word | undefined {
    const value = this.#valueOf(name)
    return words.find((word) => word === value)
  }

  /** The number that is set, or undefined. */
  number(name: SettingName): number | undefined {
    const value = this.#valueOf(name)
    return typeof value === "number" ? value : undefined
  }

  /** Whether it is set to be so, or undefined. */
  yesOrNo(name: SettingName): boolean | undefined {
    const value = this.#valueOf(name)
    return typeof value === "boolean" ? value : undefined
  }

  /** The texts that are set, or undefined. */
  list(name: SettingName): readonly string[] | undefined {
    const value = this.#valueOf(name)
    return Array.isArray(value) ? value : undefined
  }

  /** The object that is set, or undefined. */
  object(name: SettingName): Readonly<Record<string, unknown>> | undefined {
    const value = this.#valueOf(name)
    return isObject(value) ? value : undefined
  }

  /** Where a value comes from, of a setting or of a part of one as `allowedOrigins[0]`; undefined if it isn't set. */
  originOf(path: string): string | undefined {
    for (const [name, { origin }] of this.#given) {
      if (path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`)) return origin
    }
    return undefined
  }

  /** What the settings come from, each once. */
  origins(): readonly string[] {
    return [...new Set([...this.#given.values()].map(({ origin }) => origin))]
  }

  #valueOf(name: SettingName): unknown {
    return this.#given.get(name)?.value
  }
}
