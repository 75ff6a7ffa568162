/** Flags that Go writes at the head of a pattern, and JavaScript beside it. */
const FLAGS = /^\(\?([ims]+)\)/
/** What Go and JavaScript write in different ways, or only one of them knows. */
const DIFFERENT = /\\([\s\S])|\(\?P<|\(\?<?[=!]|\[\[:\^?[a-z]+:\]/g

/**
 * Compiles a pattern that was written for Go's `regexp`, with JavaScript's engine: flags at the head,
 * named groups and escapes are put as JavaScript has them. Nothing anchors it: `^` and `$` say where it
 * begins and ends.
 * @throws SyntaxError when one of the two has no such pattern; the message says what it can't take.
 */
export function goPattern(source: string): RegExp {
  const flags = new Set(FLAGS.exec(source)?.[1] ?? "")
  const body = source.replace(FLAGS, "").replace(DIFFERENT, (token, escaped?: string) => {
    if (escaped !== undefined) return translateEscape(escaped, flags.has("m"))
    if (token === "(?P<") return "(?<"
    throw new SyntaxError(
      token.startsWith("[")
        ? `a pattern here has no classes like ${token.slice(1)}: write a-z, 0-9 and so on`
        : `Centrifugo's patterns have no ${token}…): write it without looking around`,
    )
  })
  return new RegExp(body, `${[...flags].join("")}u`)
}

function translateEscape(character: string, isByLine: boolean): string {
  if (character === "A" && !isByLine) return "^"
  if (character === "z" && !isByLine) return "$"
  if (/[1-9]/.test(character)) {
    throw new SyntaxError(`Centrifugo's patterns have no \\${character}: write it out`)
  }
  // Punctuation that Go takes as itself, and JavaScript only in this way.
  if (/[!"#%&',\-:;<=>@_`~ ]/.test(character)) {
    return `\\x${character.charCodeAt(0).toString(16)}`
  }
  return `\\${character}`
}
