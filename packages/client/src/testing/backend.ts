import type { Accounts } from "./accounts.js"
import type { Answers, FakeEndpoint, FakeResponse, Silence } from "./answers.js"
import { type BackendRefusal, refusals } from "./backend-refusals.js"
import type { ChannelList } from "./channel-list.js"
import { csrfSecret, csrfToken, isCsrfTokenOf } from "./csrf.js"
import { fieldsOf } from "./fields-of.js"
import { personalChannel } from "./personal-channel.js"
import type { Records } from "./records.js"
import type { TokenOffice } from "./token-office.js"

/** A request that has come to a fake server. */
export interface FakeRequest {
  /** What of the path comes after `/instant/`, such as `login/`. */
  readonly endpoint: string
  readonly method: string
  /** By name in lower case; `cookie` as a browser sends it. */
  readonly headers: Readonly<Record<string, string>>
  /** The JSON that was sent; the text when it is none. */
  readonly body: unknown
}

/** How a request is answered; `cookies` are lines of `Set-Cookie`. */
export interface BackendAnswer extends FakeResponse {
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly string[]
}

/** What a backend works with. */
export interface BackendParts {
  readonly accounts: Accounts
  readonly channels: ChannelList
  readonly tokens: TokenOffice
  readonly answers: Answers
  readonly requests: Records<FakeRequest>
  /** In seconds. */
  readonly lifetimes: { readonly connection: number; readonly subscription: number }
  readonly anonymousAccess: boolean
  /** What is answered as `ws_url`. */
  readonly websocketsUrl: string | undefined
  /** Is told of a user's last logout. */
  readonly onLoggedOut: (user: string) => void
}

const methods: { readonly [E in FakeEndpoint]: readonly string[] } = {
  "login/": ["POST"],
  "get_token/": ["GET", "POST"],
  "subscribe/": ["POST"],
  "logout/": ["POST"],
}

/** The four endpoints, as the real backends answer them. */
export class Backend {
  readonly #parts: BackendParts

  constructor(parts: BackendParts) {
    this.#parts = parts
  }

  answer(request: FakeRequest): BackendAnswer | Silence {
    this.#parts.requests.add(request)
    const { endpoint, method } = request
    if (!isEndpoint(endpoint)) return refusal(refusals.notFound)
    const otherwise = this.#parts.answers.ofEndpoint(endpoint)
    if (otherwise !== undefined) return otherwise
    if (methods[endpoint].includes(method)) return this.#answer(endpoint, request)
    return { ...refusal(refusals.method), headers: { Allow: methods[endpoint].join(", ") } }
  }

  /** Begins a session for a user in place of that of the cookies, and rotates the CSRF secret. */
  signIn(user: string, cookies: ReadonlyMap<string, string>): BackendAnswer {
    const { accounts } = this.#parts
    accounts.end(cookies.get("sessionid") ?? "")
    const secret = csrfSecret()
    return {
      ...this.#tokens(user, secret),
      cookies: [
        `sessionid=${accounts.begin(user)}; Max-Age=1209600; Path=/; HttpOnly; SameSite=Lax`,
        csrfCookie(secret),
      ],
    }
  }

  #answer(endpoint: FakeEndpoint, request: FakeRequest): BackendAnswer {
    const cookies = cookiesIn(request.headers.cookie)
    if (endpoint === "login/") return this.#login(request, cookies)
    if (endpoint === "logout/") return this.#logout(request, cookies)
    const user = this.#parts.accounts.userOf(cookies.get("sessionid") ?? "")
    if (user === undefined && !this.#parts.anonymousAccess) return refusal(refusals.notSignedIn)
    if (endpoint === "get_token/") {
      const secret = cookies.get("csrftoken") ?? csrfSecret()
      return { ...this.#tokens(user, secret), cookies: [csrfCookie(secret)] }
    }
    const fault = request.body === "" ? undefined : faultOf(request)
    return fault ? refusal(fault) : { status: 200, body: { channels: this.#grants(user) } }
  }

  #login(request: FakeRequest, cookies: ReadonlyMap<string, string>): BackendAnswer {
    const fault = faultOf(request)
    if (fault !== undefined) return refusal(fault)
    const { username, password } = fieldsOf(request.body)
    if (username === null || password === null) return refusal(refusals.wrongCredentials)
    if (typeof username !== "string" || typeof password !== "string") {
      return refusal(refusals.badCredentials)
    }
    if (!this.#parts.accounts.isPassword(username, password)) {
      return refusal(refusals.wrongCredentials)
    }
    return this.signIn(username, cookies)
  }

  #logout({ headers }: FakeRequest, cookies: ReadonlyMap<string, string>): BackendAnswer {
    const secret = cookies.get("csrftoken") ?? ""
    if (!isCsrfTokenOf(secret, headers["x-csrftoken"] ?? "")) return refusal(refusals.csrf)
    const { accounts, onLoggedOut } = this.#parts
    const session = cookies.get("sessionid") ?? ""
    const user = accounts.userOf(session)
    if (user === undefined) return refusal(refusals.notSignedIn)
    accounts.end(session)
    if (!accounts.isSignedIn(user)) onLoggedOut(user)
    return {
      status: 200,
      body: { response: "ok" },
      cookies: ["sessionid=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"],
    }
  }

  #tokens(user: string | undefined, secret: string): BackendAnswer {
    const { tokens, lifetimes, websocketsUrl } = this.#parts
    const claims =
      user === undefined ? { sub: "" } : { sub: user, channels: [personalChannel(user)] }
    return {
      status: 200,
      body: {
        csrf_token: csrfToken(secret),
        ws_token: tokens.give(claims, lifetimes.connection),
        channels: this.#grants(user),
        ...(websocketsUrl !== undefined && { ws_url: websocketsUrl }),
      },
    }
  }

  #grants(user: string | undefined) {
    const { accounts, channels, tokens, lifetimes } = this.#parts
    return channels
      .of(user === undefined ? undefined : accounts.find(user))
      .map(({ name, level }) => ({
        name,
        level,
        token: tokens.give({ sub: user ?? "", channel: name }, lifetimes.subscription),
      }))
  }
}

function isEndpoint(endpoint: string): endpoint is FakeEndpoint {
  return endpoint in methods
}

function refusal({ status, code, message }: BackendRefusal): BackendAnswer {
  return { status, body: { error: { code, message } } }
}

/** What is wrong with a body that must be JSON. */
function faultOf({ headers, body }: FakeRequest): BackendRefusal | undefined {
  const [type = ""] = (headers["content-type"] ?? "").split(";")
  if (type.trim().toLowerCase() !== "application/json") return refusals.notJson
  return typeof body === "string" ? refusals.malformed : undefined
}

function csrfCookie(secret: string): string {
  return `csrftoken=${secret}; Max-Age=31536000; Path=/; SameSite=Lax`
}

function cookiesIn(header = ""): ReadonlyMap<string, string> {
  return new Map(
    header.split("; ").map((pair) => {
      const [name = "", value = ""] = pair.split("=", 2)
      return [name, value]
    }),
  )
}
