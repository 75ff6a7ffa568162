import { withStore } from "../home/store.js"
import { readPassword } from "../read-password.js"

/** What `instant users add` is asked. */
export interface UserOptions {
  readonly staff: boolean
  readonly superuser: boolean
  readonly group?: readonly string[]
  readonly passwordStdin: boolean
}

/** Adds a user, who can sign in at once. */
export async function addUser(name: string, options: UserOptions): Promise<void> {
  const { staff, superuser, group: groups } = options
  const password = await readPassword({ fromInput: options.passwordStdin })
  await withStore((store) => store.users.add(name, { password, staff, superuser, groups }))
  console.log(`Added the user ${name}`)
}
