import type { Account } from "@instant-ws/server"
import { withStore } from "../home/store.js"
import { readPassword } from "../read-password.js"
import { table } from "../table.js"

/** What `instant users add` and `users set` are told of a user. */
export interface UserOptions {
  readonly staff?: boolean
  readonly superuser?: boolean
  /** False takes all groups away. */
  readonly group?: readonly string[] | false
  readonly active?: boolean
  readonly inactive?: boolean
  readonly passwordStdin?: boolean
}

/** What `instant users set` is told. */
export interface UserChanges extends UserOptions {
  /** Asks for a new password. */
  readonly password?: boolean
}

/** Prints the built-in accounts. */
export async function listUsers({ json }: { readonly json?: boolean }): Promise<void> {
  const users = await withStore((store) => store.users.list())
  if (json) return console.log(JSON.stringify(users, null, 2))
  const rows = users.map(({ name, staff, superuser, isActive, groups }) => [
    name,
    yes(isActive),
    yes(staff),
    yes(superuser),
    groups.join(", "),
  ])
  console.log(table([["NAME", "ACTIVE", "STAFF", "SUPERUSER", "GROUPS"], ...rows]))
}

/** Adds a user, who can sign in at once. */
export async function addUser(name: string, options: UserOptions): Promise<void> {
  const password = await readPassword({ fromInput: options.passwordStdin === true })
  await withStore((store) => store.users.add(name, { password, ...fieldsOf(options) }))
  console.log(`Added the user ${name}`)
}

/** Changes what the options name; a running server heeds it at once. @throws StoreError "unknown". */
export async function setUser(name: string, options: UserChanges): Promise<void> {
  const { password: isAsked, passwordStdin = false } = options
  const password =
    isAsked || passwordStdin ? await readPassword({ fromInput: passwordStdin }) : undefined
  const user = await withStore((store) => store.users.set(name, { password, ...fieldsOf(options) }))
  console.log(`Now ${describe(user)}`)
}

/** Removes a user. @throws StoreError "unknown". */
export async function removeUser(name: string): Promise<void> {
  await withStore((store) => store.users.remove(name))
  console.log(`Removed the user ${name}`)
}

function fieldsOf({ staff, superuser, group, active, inactive }: UserOptions) {
  return {
    staff,
    superuser,
    groups: group === false ? [] : group,
    isActive: active ?? (inactive ? false : undefined),
  }
}

function yes(value: boolean): string {
  return value ? "yes" : "no"
}

function describe({ name, staff, superuser, isActive, groups }: Account): string {
  const parts = [
    ...(staff ? ["staff"] : []),
    ...(superuser ? ["superuser"] : []),
    ...(groups.length === 0 ? [] : [`groups ${groups.join(", ")}`]),
    ...(isActive ? [] : ["not active"]),
  ]
  return [name, parts.join(", ")].filter((part) => part !== "").join(": ")
}
