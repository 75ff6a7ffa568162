import { useState } from "preact/hooks"
import { AdminError } from "../api/admin-error.js"
import type { Account } from "../api/answers.js"
import { ActionForm } from "../controls/action-form.js"
import { Checkbox } from "../controls/checkbox.js"
import { Dialog } from "../controls/dialog.js"
import { Field } from "../controls/field.js"
import { GroupField } from "../controls/group-field.js"
import { useAdmin } from "../use-admin.js"

interface UserDialogProps {
  /** The account to change; a new one without. */
  readonly user?: Account
  /** The names of the groups that there are. */
  readonly known: readonly string[]
  readonly close: () => void
  /** Hears of the account once the server has it. */
  readonly done: (user: Account) => void
}

/** Makes an account, or changes one. */
export function UserDialog({ user, known, close, done }: UserDialogProps) {
  const { api } = useAdmin()
  const [groups, setGroups] = useState(user?.groups ?? [])
  const submit = async (form: FormData) => {
    const name = String(form.get("name") ?? "").trim()
    const password = String(form.get("password") ?? "")
    if (user === undefined && name === "") {
      throw new AdminError("invalid", "", { fields: { name: "Give it a name" } })
    }
    const fields = {
      staff: form.has("staff"),
      superuser: form.has("superuser"),
      isActive: form.has("isActive"),
      groups,
      ...(password !== "" && { password }),
    }
    const saved = await (user === undefined
      ? api.addUser({ name, ...fields })
      : api.setUser(user.name, fields))
    close()
    done(saved)
  }
  return (
    <Dialog title={user?.name ?? "New user"} close={close}>
      <ActionForm action={user ? "Save" : "Create"} cancel={close} submit={submit}>
        {(problems) => (
          <>
            {user === undefined && (
              <Field label="User name" problem={problems.name}>
                {(links) => (
                  <input {...links} name="name" autocomplete="off" autocapitalize="none" />
                )}
              </Field>
            )}
            <Field label="Password" hint={hintFor(user)} problem={problems.password}>
              {(links) => (
                <input {...links} name="password" type="password" autocomplete="new-password" />
              )}
            </Field>
            <GroupField
              groups={groups}
              setGroups={setGroups}
              known={known}
              hint="They give access to the channels that name them"
              problem={problems.groups}
            />
            <Checkbox
              name="isActive"
              label="Active"
              hint="May sign in"
              checked={user?.isActive ?? true}
            />
            <Checkbox
              name="staff"
              label="Staff"
              hint="Sees channels for staff"
              checked={user?.staff ?? false}
            />
            <Checkbox
              name="superuser"
              label="Superuser"
              hint="Sees all channels, and this admin"
              checked={user?.superuser ?? false}
            />
          </>
        )}
      </ActionForm>
    </Dialog>
  )
}

function hintFor(user: Account | undefined): string {
  if (user === undefined) return "Without one nobody can sign in as this user"
  return user.hasPassword ? "Empty: it stays as it is" : "It has none yet"
}
