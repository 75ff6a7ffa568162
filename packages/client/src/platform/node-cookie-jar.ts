/** Does what a browser's own cookie jar does, as far as one backend needs it. */
export class NodeCookieJar {
  readonly #cookies = new Map<string, string>()

  /** Takes the cookies that a response sets, and drops those that it ends. */
  keep(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(";")
      const equals = pair.indexOf("=")
      if (equals < 1) continue
      const name = pair.slice(0, equals).trim()
      if (attributes.some(endsCookie)) this.#cookies.delete(name)
      else this.#cookies.set(name, pair.slice(equals + 1).trim())
    }
  }

  /** The header that gives the cookies back; none when there are none. */
  get header(): { readonly cookie?: string } {
    if (this.#cookies.size === 0) return {}
    return { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ") }
  }
}

function endsCookie(attribute: string): boolean {
  const [name = "", value = ""] = attribute.trim().split("=", 2)
  switch (name.toLowerCase()) {
    case "max-age":
      return Number(value) <= 0
    case "expires":
      return Date.parse(value) <= Date.now()
    default:
      return false
  }
}
