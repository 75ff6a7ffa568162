import { useState } from "preact/hooks"
import { useStore } from "../../store.js"
import type { Account } from "../api/answers.js"
import { FilterInput } from "../controls/filter-input.js"
import { Loaded } from "../controls/loaded.js"
import { PageHead } from "../controls/page-head.js"
import { useAdmin } from "../use-admin.js"
import { useResource } from "../use-resource.js"
import { GroupPart } from "./group-part.js"
import { UserDialog } from "./user-dialog.js"
import { UserTable } from "./user-table.js"

/** The built-in accounts, and the groups that they share with channels. */
export function PeoplePage() {
  const admin = useAdmin()
  const view = useStore(admin.view)
  const hasAccounts = view.kind === "signedIn" && view.session.accounts
  return hasAccounts ? <Accounts /> : <GroupsAlone />
}

function Accounts() {
  const admin = useAdmin()
  const users = useResource(() => admin.api.users())
  const groups = useResource(() => admin.api.groups())
  const [filter, setFilter] = useState("")
  const [edited, setEdited] = useState<Account | "new">()
  const reload = (text: string) => {
    admin.tell(text)
    void users.reload()
    void groups.reload()
  }
  return (
    <>
      <PageHead title="Users">
        <FilterInput label="Filter users" value={filter} setValue={setFilter} />
        <button type="button" class="button primary" onClick={() => setEdited("new")}>
          New user
        </button>
      </PageHead>
      <section class="card part" aria-label="Users">
        <Loaded resource={users}>
          {(all) => (
            <UserTable
              users={all}
              filter={filter}
              edit={setEdited}
              removed={(name) => reload(`${name} is removed.`)}
            />
          )}
        </Loaded>
      </section>
      <GroupPart groups={groups} changed={reload} />
      {edited !== undefined && (
        <UserDialog
          {...(edited !== "new" && { user: edited })}
          known={groups.value?.map(({ name }) => name) ?? []}
          close={() => setEdited(undefined)}
          done={({ name }) => reload(edited === "new" ? `${name} is made.` : `${name} is saved.`)}
        />
      )}
    </>
  )
}

function GroupsAlone() {
  const admin = useAdmin()
  const groups = useResource(() => admin.api.groups())
  return (
    <>
      <PageHead title="Users" />
      <p class="card part padded hint">
        This site has a login of its own: its users are not kept here. Groups are those that
        channels name.
      </p>
      <GroupPart
        groups={groups}
        changed={(text) => {
          admin.tell(text)
          void groups.reload()
        }}
      />
    </>
  )
}
