/** What a request may have beside its path. */
export interface Call {
  readonly method?: string
  /** A text goes as it is, anything else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** The body of a tokens answer. */
export interface Tokens {
  readonly csrf_token: string
  readonly ws_token: string
  readonly channels: ReadonlyArray<{
    readonly name: string
    readonly level: string
    readonly token: string
  }>
  readonly ws_url?: string
}

/** Sends requests as a visitor does: keeps cookies, and sends JSON. */
export class Browser {
  readonly cookies = new Map<string, string>()
  readonly url: string

  constructor(url: string) {
    this.url = url
  }

  async fetch(path: string, { method = "POST", body, headers = {} }: Call = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ")
    const hasBody = body !== undefined
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(cookie !== "" && { Cookie: cookie }),
        ...(hasBody && { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(hasBody && { body: isSentAsIs(body) ? body : JSON.stringify(body) }),
    })
    this.#keep(response.headers.getSetCookie())
    return response
  }

  login(username: unknown, password: unknown): Promise<Response> {
    return this.fetch("/instant/login/", { body: { username, password } })
  }

  async tokens(): Promise<Tokens> {
    const response = await this.fetch("/instant/get_token/")
    if (response.status !== 200) throw new Error(`get_token answered ${response.status}`)
    return response.json()
  }

  /** The names of the channels that the server lists. */
  async channels(): Promise<readonly string[]> {
    return (await this.tokens()).channels.map(({ name }) => name)
  }

  async logout(): Promise<Response> {
    const { csrf_token } = await this.tokens()
    return this.fetch("/instant/logout/", { headers: { "X-CSRFToken": csrf_token } })
  }

  #keep(setCookies: readonly string[]): void {
    for (const line of setCookies) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0(;|$)/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
  }
}

function isSentAsIs(body: unknown): body is string | Uint8Array<ArrayBuffer> {
  return typeof body === "string" || body instanceof Uint8Array
}

/** Status and error code of a refusal, after checking that it has the form of all refusals. */
export async function refusalOf(response: Response): Promise<string> {
  const { error } = await response.json()
  if (typeof error.message !== "string" || error.message === "") throw new Error("no message")
  return `${response.status} ${error.code}`
}
