import { fetchWithCookies } from "../packages/client/test/fetch-with-cookies.js"

/** What get_token answers. */
export interface Tokens {
  readonly csrf_token: string
  readonly ws_token: string
  readonly channels: readonly Grant[]
}

/** A channel of a user, with the token to subscribe with. */
export interface Grant {
  readonly name: string
  readonly level: string
  readonly token: string
}

/** Somebody who asks a site's endpoints by hand, with cookies. */
export class SiteSession {
  readonly #fetch = fetchWithCookies()
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  async login(username: string, password = "secret"): Promise<Response> {
    return this.post("login", { username, password })
  }

  async tokens(): Promise<Tokens> {
    return (await this.post("get_token")).json()
  }

  /** What subscribe answers. */
  async grants(): Promise<readonly Grant[]> {
    const { channels }: Tokens = await (await this.post("subscribe")).json()
    return channels
  }

  async post(path: string, body: unknown = {}): Promise<Response> {
    return this.#fetch(`${this.#url}/instant/${path}/`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    })
  }
}

/** The tokens of an answer, and what else of it is for nobody else to see. */
export function secretsOf({ csrf_token, ws_token, channels }: Tokens): readonly string[] {
  return [csrf_token, ws_token, ...channels.map(({ token }) => token)]
}
