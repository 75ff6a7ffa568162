import { type FakeUser, PASSWORD } from "./fake-user.js"

/** Who may log in, and who is. Everybody exists. */
export class Accounts {
  readonly #users: Readonly<Record<string, FakeUser>>
  /** User by session. */
  readonly #sessions = new Map<string, string>()
  #count = 0

  constructor(users: Readonly<Record<string, FakeUser>>) {
    this.#users = users
  }

  find(name: string): FakeUser {
    return this.#users[name] ?? {}
  }

  isPassword(name: string, password: string): boolean {
    return password === (this.find(name).password ?? PASSWORD)
  }

  /** Begins a session, and says under which id. */
  begin(name: string): string {
    const id = `session-${++this.#count}`
    this.#sessions.set(id, name)
    return id
  }

  end(session: string): void {
    this.#sessions.delete(session)
  }

  endAllOf(name: string): void {
    for (const [id, user] of this.#sessions) if (user === name) this.#sessions.delete(id)
  }

  /** The user of a session, if there is such a one. */
  userOf(session: string): string | undefined {
    return this.#sessions.get(session)
  }

  isSignedIn(name: string): boolean {
    return [...this.#sessions.values()].includes(name)
  }
}
