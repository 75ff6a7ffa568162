import { useId, useState } from "preact/hooks"
import { Field } from "./field.js"

interface GroupFieldProps {
  readonly groups: readonly string[]
  readonly setGroups: (groups: readonly string[]) => void
  /** Those that there are already, which are offered. */
  readonly known: readonly string[]
  readonly hint: string
  readonly problem: string | undefined
}

/** Names of groups: typed ones join at Enter or a comma, each goes with its button. */
export function GroupField({ groups, setGroups, known, hint, problem }: GroupFieldProps) {
  const [text, setText] = useState("")
  const list = useId()
  const add = (name: string) => {
    const group = name.trim()
    setText("")
    if (group !== "" && !groups.includes(group)) setGroups([...groups, group])
  }
  const type = (typed: string) => {
    const isWhole = typed.endsWith(",") || known.includes(typed)
    if (isWhole) add(typed.replace(/,$/, ""))
    else setText(typed)
  }
  return (
    <Field label="Groups" hint={hint} problem={problem}>
      {(links) => (
        <div class="group-field">
          {groups.map((group) => (
            <button
              key={group}
              type="button"
              class="chip removable"
              aria-label={`Without the group ${group}`}
              onClick={() => setGroups(groups.filter((name) => name !== group))}
            >
              {group}
            </button>
          ))}
          <input
            {...links}
            name="groups"
            list={list}
            value={text}
            autocomplete="off"
            placeholder={groups.length === 0 ? "None" : "Another"}
            onInput={(event) => type(event.currentTarget.value)}
            onBlur={() => add(text)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && text.trim() !== "") {
                event.preventDefault()
                add(text)
              }
              if (event.key === "Backspace" && text === "") setGroups(groups.slice(0, -1))
            }}
          />
          <datalist id={list}>
            {known
              .filter((name) => !groups.includes(name))
              .map((name) => (
                <option key={name} value={name} />
              ))}
          </datalist>
        </div>
      )}
    </Field>
  )
}
