import { useState } from "preact/hooks"
import { AdminError } from "../api/admin-error.js"
import { type AdminChannel, type Level, levels } from "../api/answers.js"
import { ActionForm } from "../controls/action-form.js"
import { Checkbox } from "../controls/checkbox.js"
import { Dialog } from "../controls/dialog.js"
import { Field } from "../controls/field.js"
import { GroupField } from "../controls/group-field.js"
import { useAdmin } from "../use-admin.js"
import { useGroupNames } from "../use-group-names.js"
import { meaningOf } from "./level-chip.js"

interface ChannelDialogProps {
  /** The channel to change; a new one without. */
  readonly channel?: AdminChannel
  readonly close: () => void
  /** Hears of the channel once the server has it. */
  readonly done: (channel: AdminChannel) => void
}

/** Makes a channel, or changes who may see one. */
export function ChannelDialog({ channel, close, done }: ChannelDialogProps) {
  const { api } = useAdmin()
  const known = useGroupNames()
  const [level, setLevel] = useState<Level>(channel?.level ?? "users")
  const [groups, setGroups] = useState(channel?.groups ?? [])
  const submit = async (form: FormData) => {
    const fields = { level, groups, isActive: form.has("isActive") }
    const name = String(form.get("name") ?? "").trim()
    if (channel === undefined && name === "") {
      throw new AdminError("invalid", "", { fields: { name: "Give it a name" } })
    }
    const saved = await (channel === undefined
      ? api.addChannel({ name, ...fields })
      : api.setChannel(channel.name, fields))
    close()
    done(saved)
  }
  return (
    <Dialog title={channel?.name ?? "New channel"} close={close}>
      <ActionForm action={channel ? "Save" : "Create"} cancel={close} submit={submit}>
        {(problems) => (
          <>
            {channel === undefined && (
              <Field
                label="Name"
                hint="As publish says it: lobby, or orders:paid"
                problem={problems.name}
              >
                {(links) => <input {...links} name="name" autocomplete="off" spellcheck={false} />}
              </Field>
            )}
            <Field label="Level" hint={`${meaningOf(level)} may see it`} problem={problems.level}>
              {(links) => (
                <select
                  {...links}
                  name="level"
                  value={level}
                  onChange={(event) =>
                    setLevel(levels.find((each) => each === event.currentTarget.value) ?? level)
                  }
                >
                  {levels.map((each) => (
                    <option key={each} value={each}>
                      {each}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <GroupField
              groups={groups}
              setGroups={setGroups}
              known={known}
              hint="Their members see it whatever its level"
              problem={problems.groups}
            />
            <Checkbox
              name="isActive"
              label="Active"
              hint="Nobody can join one that is switched off"
              checked={channel?.isActive ?? true}
            />
          </>
        )}
      </ActionForm>
    </Dialog>
  )
}
