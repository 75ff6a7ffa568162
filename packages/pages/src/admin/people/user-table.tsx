import { Avatar } from "../../avatar.js"
import { Empty } from "../../panels/empty.js"
import { useStore } from "../../store.js"
import type { Account } from "../api/answers.js"
import { Ask } from "../controls/ask.js"
import { Chips } from "../controls/chips.js"
import { type Column, Table } from "../controls/table.js"
import { useAdmin } from "../use-admin.js"

interface UserTableProps {
  readonly users: readonly Account[]
  readonly filter: string
  readonly edit: (user: Account) => void
  readonly removed: (name: string) => void
}

/** The accounts, each with what can be done to it. */
export function UserTable({ users, filter, edit, removed }: UserTableProps) {
  const admin = useAdmin()
  const view = useStore(admin.view)
  const self = view.kind === "signedIn" ? view.session.user.name : undefined
  const words = filter.trim().toLowerCase()
  const rows = users.filter((user) =>
    [user.name, ...user.groups, ...rightsOf(user)].some((text) =>
      text.toLowerCase().includes(words),
    ),
  )
  const columns: readonly Column<Account>[] = [
    { heading: "User", kind: "main", cell: (user) => <UserName user={user} /> },
    { heading: "Rights", cell: (user) => <Chips names={rightsOf(user)} /> },
    { heading: "Groups", kind: "wide", cell: ({ groups }) => <Chips names={groups} most={4} /> },
    {
      heading: "Actions",
      kind: "actions",
      cell: (user) => (
        <>
          <button
            type="button"
            class="button quiet"
            aria-label={`Edit ${user.name}`}
            onClick={() => edit(user)}
          >
            Edit
          </button>
          {user.name !== self && (
            <Ask
              action="Remove"
              label={`Remove ${user.name}`}
              question={`Remove ${user.name}?`}
              confirm={async () => {
                await admin.api.removeUser(user.name)
                removed(user.name)
              }}
            >
              The account and its sessions are gone for good. To keep it, edit it and make it
              inactive.
            </Ask>
          )}
        </>
      ),
    },
  ]
  return (
    <Table
      label="Users"
      columns={columns}
      rows={rows}
      rowKey={({ name }) => name}
      empty={
        <div class="nothing">
          <Empty>No user has “{filter}” in its name, groups or rights.</Empty>
        </div>
      }
    />
  )
}

function UserName({ user }: { readonly user: Account }) {
  return (
    <span class="named">
      <Avatar name={user.name} />
      {user.name}
      {!user.isActive && <span class="chip off">inactive</span>}
      {!user.hasPassword && <span class="chip">no password</span>}
    </span>
  )
}

function rightsOf({ staff, superuser }: Account): readonly string[] {
  return [...(superuser ? ["superuser"] : []), ...(staff ? ["staff"] : [])]
}
