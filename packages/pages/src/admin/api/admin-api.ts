import { AdminError } from "./admin-error.js"
import type {
  Account,
  AccountFields,
  AdminChannel,
  AdminSession,
  AuditEntry,
  ChannelFields,
  ConnectionPage,
  Group,
  HistoryPart,
  NewEvent,
  OutboxEntry,
  OutboxPage,
  OutboxState,
  Position,
  Presence,
  Stats,
  StreamTokens,
} from "./answers.js"
import { request } from "./request.js"

type Method = "GET" | "POST" | "PATCH" | "DELETE"
type Parameters = Readonly<Record<string, string | number | boolean | undefined>>

/** A password is sent only when it is given. */
type Password = { readonly password?: string }

/**
 * The server's side of the admin.
 * Every method throws AdminError with the server's reason.
 */
export class AdminApi {
  readonly #signedOut: (reason: AdminError) => void
  #csrfToken = ""

  /** @param signedOut hears when the server doesn't let this browser in any more */
  constructor(signedOut: (reason: AdminError) => void) {
    this.#signedOut = signedOut
  }

  async session(): Promise<AdminSession> {
    const session = await this.#ask<AdminSession>("GET", "session")
    this.#csrfToken = session.csrfToken
    return session
  }

  /** Signs in with one of the built-in accounts. */
  async signIn(username: string, password: string): Promise<void> {
    await request("/instant/login/", json("POST", { username, password }))
  }

  async signOut(): Promise<void> {
    await request("/instant/logout/", json("POST", {}, this.#csrfToken))
  }

  stats(): Promise<Stats> {
    return this.#ask("GET", "stats")
  }

  async channels(): Promise<readonly AdminChannel[]> {
    const { channels } = await this.#ask<{ channels: AdminChannel[] }>("GET", "channels")
    return channels
  }

  addChannel(channel: ChannelFields & { readonly name: string }): Promise<AdminChannel> {
    return this.#ask("POST", "channels", channel)
  }

  setChannel(name: string, fields: Partial<ChannelFields>): Promise<AdminChannel> {
    return this.#ask("PATCH", path("channels", name), fields)
  }

  removeChannel(name: string): Promise<void> {
    return this.#ask("DELETE", path("channels", name))
  }

  presence(channel: string): Promise<Presence> {
    return this.#ask("GET", path("channels", channel, "presence"))
  }

  /** The newest first, those before a place if one is given. */
  history(channel: string, limit: number, before?: Position): Promise<HistoryPart> {
    const query = { limit, reverse: true, offset: before?.offset, epoch: before?.epoch }
    return this.#ask("GET", path("channels", channel, "history") + search(query))
  }

  streamTokens(channel: string): Promise<StreamTokens> {
    return this.#ask("POST", path("channels", channel, "token"), {})
  }

  publish(event: NewEvent): Promise<{ readonly position: Position | null }> {
    return this.#ask("POST", "publish", event)
  }

  async users(): Promise<readonly Account[]> {
    const { users } = await this.#ask<{ users: Account[] }>("GET", "users")
    return users
  }

  addUser(user: AccountFields & Password & { readonly name: string }): Promise<Account> {
    return this.#ask("POST", "users", user)
  }

  setUser(name: string, fields: Partial<AccountFields> & Password): Promise<Account> {
    return this.#ask("PATCH", path("users", name), fields)
  }

  removeUser(name: string): Promise<void> {
    return this.#ask("DELETE", path("users", name))
  }

  async groups(): Promise<readonly Group[]> {
    const { groups } = await this.#ask<{ groups: Group[] }>("GET", "groups")
    return groups
  }

  addGroup(name: string): Promise<Group> {
    return this.#ask("POST", "groups", { name })
  }

  removeGroup(name: string): Promise<void> {
    return this.#ask("DELETE", path("groups", name))
  }

  connections(query: {
    readonly user: string
    readonly cursor: string | undefined
    readonly limit: number
  }): Promise<ConnectionPage> {
    return this.#ask("GET", `connections${search({ ...query, user: query.user || undefined })}`)
  }

  disconnect(client: string, user: string): Promise<void> {
    return this.#ask("DELETE", path("connections", client), { user })
  }

  outbox(query: {
    readonly state: OutboxState
    readonly after: string | undefined
    readonly limit: number
  }): Promise<OutboxPage> {
    return this.#ask("GET", `outbox${search(query)}`)
  }

  /** Sends a failed entry again; all of them without an id. */
  retry(id?: OutboxEntry["id"]): Promise<void> {
    return this.#ask("POST", "outbox/retry", id === undefined ? {} : { id })
  }

  discard(id: OutboxEntry["id"]): Promise<void> {
    return this.#ask("DELETE", path("outbox", String(id)))
  }

  /** The newest first, those before an entry if one is given. */
  async audit(limit: number, before?: AuditEntry["id"]): Promise<readonly AuditEntry[]> {
    const answer = await this.#ask<{ entries: AuditEntry[] }>(
      "GET",
      `audit${search({ limit, before })}`,
    )
    return answer.entries
  }

  async #ask<T>(method: Method, where: string, body?: unknown): Promise<T> {
    const init = method === "GET" ? {} : json(method, body, this.#csrfToken)
    try {
      // The server's contract says what each address answers.
      return (await request(`/instant/admin/api/${where}`, init)) as T
    } catch (error) {
      if (error instanceof AdminError && error.isOut) this.#signedOut(error)
      throw error
    }
  }
}

function path(...parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join("/")
}

function search(parameters: Parameters): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined)
  return given.length === 0
    ? ""
    : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}

function json(method: Method, body: unknown, csrfToken?: string): RequestInit {
  return {
    method,
    headers: {
      "Content-Type": "application/json",
      ...(csrfToken !== undefined && { "X-CSRFToken": csrfToken }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }
}
