import type { Names } from "./claim-rules.js"
import { TokenError } from "./token-error.js"
import { type TokenOptions, TokenOptionsError } from "./token-options.js"

const OPTION = "jwks_public_endpoint"
const PLACEHOLDER = /\{\{([^{}]*)\}\}/g

/** Where a key set is: an address in which `{{name}}` stands for what a pattern has matched. */
export class KeyEndpoint {
  readonly #template: string

  /** @throws TokenOptionsError when it is no web address, or strangers could choose another one. */
  constructor(options: TokenOptions) {
    this.#template = options.jwks_public_endpoint ?? ""
    const example = this.#template.replace(PLACEHOLDER, "x")
    if (!URL.canParse(example) || !/^https?:$/.test(new URL(example).protocol)) {
      throw new TokenOptionsError(OPTION, "must be an http:// or https:// address")
    }
    for (const [, name = ""] of this.#template.matchAll(PLACEHOLDER)) checkName(name, options)
  }

  /**
   * @param names Asked only when the address depends on them.
   * @throws TokenError when what was matched leads elsewhere.
   */
  address(names: () => Names): string {
    const address = this.#template.replace(PLACEHOLDER, (_all, name) => names().get(name) ?? "")
    if (URL.canParse(address) && !climbs(address)) return address
    throw new TokenError("invalid", "the issuer or audience makes no address of a key set")
  }
}

/** Whether a path holds `..` or the like, which reading the address as such takes away. */
function climbs(address: string): boolean {
  const [, path = "/"] = /^https?:\/\/[^/?#]*(\/[^?#]*)?/.exec(address) ?? []
  return new URL(address).pathname.split("/").length !== path.split("/").length
}

function checkName(name: string, options: TokenOptions): void {
  const groups = [options.issuer_regex, options.audience_regex].flatMap((pattern) => {
    const group = pattern && groupOf(pattern.source, name)
    return group === undefined ? [] : [group]
  })
  if (groups.length === 0) {
    throw new TokenOptionsError(
      OPTION,
      `no regex has a group (?P<${name}>…) to put for {{${name}}}`,
    )
  }
  if (groups.every(isListOfTexts) || options.insecure_skip_jwks_endpoint_safety_check) return
  throw new TokenOptionsError(
    OPTION,
    `strangers could put what they like for {{${name}}}: list its values, as in (?P<${name}>a|b)`,
  )
}

/** What stands inside a named group of a pattern. */
function groupOf(pattern: string, name: string): string | undefined {
  const opening = `(?<${name}>`
  if (!pattern.includes(opening)) return undefined
  const start = pattern.indexOf(opening) + opening.length
  let depth = 1
  let end = start
  for (; end < pattern.length; end++) {
    const char = pattern[end]
    if (char === "\\") end++
    else if (char === "(") depth++
    else if (char === ")" && --depth === 0) break
  }
  return pattern.slice(start, end)
}

/** Whether a pattern is made of plain texts, alternatives and brackets around them. */
function isListOfTexts(pattern: string): boolean {
  const plain = pattern.replace(/\\(?:x[\da-f]{2}|[^a-z\d])/gi, "").replaceAll("(?:", "(")
  return !/[.*+?{}[\]^$\\]/.test(plain)
}
