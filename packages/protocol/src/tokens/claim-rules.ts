import type { Validity } from "./registered-claims.js"
import { TokenError } from "./token-error.js"
import { type TokenOptions, TokenOptionsError } from "./token-options.js"

/** What the named groups of the patterns have matched. */
export type Names = ReadonlyMap<string, string>

/** Whom a token must be from and for. */
export class ClaimRules {
  readonly #issuer: Rule
  readonly #audience: Rule

  /** @throws TokenOptionsError when a pattern stands beside a plain text. */
  constructor(options: TokenOptions) {
    this.#issuer = ruleOf("issuer", options)
    this.#audience = ruleOf("audience", options)
  }

  /** @throws TokenError when the token is from or for somebody else. */
  check({ issuer, audience }: Validity): Names {
    return new Map([...this.#issuer([issuer]), ...this.#audience(audience)])
  }
}

/** Finds the value that is right among those of a claim. @throws TokenError when none is. */
type Rule = (values: readonly string[]) => Names

const NO_NAMES: Names = new Map()

function ruleOf(claim: "issuer" | "audience", options: TokenOptions): Rule {
  const { [claim]: wanted = "", [`${claim}_regex` as const]: pattern } = options
  if (wanted !== "" && pattern !== undefined) {
    throw new TokenOptionsError(`${claim}_regex`, `stands beside ${claim}: set only one of them`)
  }
  return (values) => {
    const names = pattern === undefined ? equal(values, wanted) : firstMatch(values, pattern)
    if (names !== undefined) return names
    throw new TokenError("invalid", `the token is of another ${claim}`)
  }
}

function equal(values: readonly string[], wanted: string): Names | undefined {
  return wanted === "" || values.includes(wanted) ? NO_NAMES : undefined
}

function firstMatch(values: readonly string[], pattern: RegExp): Names | undefined {
  for (const value of values) {
    const match = pattern.exec(value)
    if (match !== null) return new Map(Object.entries(match.groups ?? {}))
  }
  return undefined
}
