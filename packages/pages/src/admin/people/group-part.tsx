import { useRef, useState } from "preact/hooks"
import { Empty } from "../../panels/empty.js"
import { AdminError, reasonOf } from "../api/admin-error.js"
import type { Group } from "../api/answers.js"
import { Ask } from "../controls/ask.js"
import { Loaded } from "../controls/loaded.js"
import { type Column, Table } from "../controls/table.js"
import { formatNumber } from "../format.js"
import { useAdmin } from "../use-admin.js"
import type { Resource } from "../use-resource.js"

interface GroupPartProps {
  readonly groups: Resource<readonly Group[]>
  /** Hears in a sentence what has changed. */
  readonly changed: (text: string) => void
}

/** The groups that users and channels share. */
export function GroupPart({ groups, changed }: GroupPartProps) {
  const { api } = useAdmin()
  const columns: readonly Column<Group>[] = [
    { heading: "Group", kind: "main", cell: ({ name }) => name },
    { heading: "Users", kind: "number", cell: ({ users }) => formatNumber(users) },
    { heading: "Channels", kind: "number", cell: (group) => formatNumber(group.channels) },
    {
      heading: "Actions",
      kind: "actions",
      cell: ({ name }) => (
        <Ask
          action="Remove"
          label={`Remove the group ${name}`}
          question={`Remove the group ${name}?`}
          confirm={async () => {
            await api.removeGroup(name)
            changed(`The group ${name} is removed.`)
          }}
        >
          Its users and channels lose it, and with it what it gave access to.
        </Ask>
      ),
    },
  ]
  return (
    <section class="card part" aria-labelledby="groups">
      <header class="part-head">
        <h2 id="groups">Groups</h2>
        <NewGroup added={(name) => changed(`The group ${name} is made.`)} />
      </header>
      <Loaded resource={groups} lines={3}>
        {(all) => (
          <Table
            label="Groups"
            columns={columns}
            rows={all}
            rowKey={({ name }) => name}
            empty={
              <div class="nothing">
                <Empty>There is no group yet.</Empty>
              </div>
            }
          />
        )}
      </Loaded>
    </section>
  )
}

function NewGroup({ added }: { readonly added: (name: string) => void }) {
  const { api } = useAdmin()
  const [problem, setProblem] = useState<string>()
  const input = useRef<HTMLInputElement>(null)
  const submit = async () => {
    const name = input.current?.value.trim() ?? ""
    if (input.current === null || name === "") return
    try {
      await api.addGroup(name)
      setProblem(undefined)
      input.current.value = ""
      added(name)
    } catch (error) {
      const field = error instanceof AdminError ? error.fields.name : undefined
      setProblem(field ?? reasonOf(error))
    }
  }
  return (
    <form
      class="inline-form"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <input
        ref={input}
        aria-label="Name of the new group"
        aria-invalid={problem !== undefined}
        placeholder="New group"
        autocomplete="off"
      />
      <button type="submit" class="button">
        Add
      </button>
      <p class="problem" role="alert">
        {problem}
      </p>
    </form>
  )
}
