import type { AccountFields } from "../accounts/user-store.js"
import type { Instant } from "../instant.js"
import { DemoError } from "./demo-error.js"

/** One of the demo's ready-made people. Everybody may know the password: it is on the page. */
export interface Person {
  readonly name: string
  readonly password: string
}

const PASSWORD = "instant-demo"
/** Who is in this group was made by the demo, and is taken away with it. */
const MARK = "demo"

const accounts: Readonly<Record<string, AccountFields>> = {
  user: { groups: [MARK] },
  member: { groups: [MARK, "team"] },
  staff: { groups: [MARK], staff: true },
  superuser: { groups: [MARK], staff: true, superuser: true },
}

/** The ready-made people, from the one who sees least. */
export const people: readonly Person[] = Object.keys(accounts).map((name) => ({
  name,
  password: PASSWORD,
}))

/**
 * Makes those of the people who aren't there yet.
 * @throws DemoError when a name is taken by an account that isn't the demo's.
 */
export async function addPeople({ users }: Instant): Promise<void> {
  const found = new Map((await users.list()).map((account) => [account.name, account]))
  for (const { name } of people) {
    if (found.get(name)?.groups.includes(MARK) === false) {
      throw new DemoError(
        `The account "${name}" is not the demo's: start without --demo, or with another INSTANT_HOME`,
      )
    }
  }
  const missing = people.filter(({ name }) => !found.has(name))
  await Promise.all(
    missing.map(({ name, password }) => users.add(name, { ...accounts[name], password })),
  )
}

/**
 * Takes the people away, whom everybody could sign in as. To be called at a start without the demo:
 * the one before may have ended without time to clean up.
 */
export async function removePeople({ users }: Pick<Instant, "users">): Promise<void> {
  for (const { name, groups } of await users.list()) {
    if (name in accounts && groups.includes(MARK)) await users.remove(name)
  }
}
