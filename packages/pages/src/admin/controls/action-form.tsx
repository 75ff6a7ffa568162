import type { ComponentChildren } from "preact"
import { useRef, useState } from "preact/hooks"
import { AdminError, type FieldProblems, reasonOf } from "../api/admin-error.js"

interface ActionFormProps {
  /** What the button says that does it. */
  readonly action: string
  /** Whether it takes something away. @default false */
  readonly isDestructive?: boolean
  /** Leaves without doing it; there is no such button without. */
  readonly cancel?: () => void
  /** Does it. What it throws is shown: beside the fields that the error names, else above the button. */
  readonly submit: (fields: FormData) => Promise<void>
  /** The fields, which are told what is wrong with them. */
  readonly children: (problems: FieldProblems) => ComponentChildren
}

/** A form that does something on the server, and says in place what is wrong. */
export function ActionForm(props: ActionFormProps) {
  const { action, isDestructive = false, cancel, children } = props
  const form = useRef<HTMLFormElement>(null)
  const [problems, setProblems] = useState<FieldProblems>({})
  const [reason, setReason] = useState<string>()
  const [busy, setBusy] = useState(false)
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (busy || form.current === null) return
    setBusy(true)
    try {
      await props.submit(new FormData(form.current))
      setProblems({})
      setReason(undefined)
    } catch (error) {
      const fields = error instanceof AdminError ? error.fields : {}
      setProblems(fields)
      const inPlace = Object.keys(fields).find((name) => form.current?.elements.namedItem(name))
      setReason(inPlace === undefined ? reasonOf(error) : undefined)
      focusField(form.current, inPlace)
    }
    setBusy(false)
  }
  return (
    <form
      class="action-form"
      ref={form}
      noValidate
      onSubmit={(event) => void submit(event)}
      onInput={({ target }) => {
        // What was wrong with a field is forgotten as soon as it is another.
        const name = target instanceof Element ? (target.getAttribute("name") ?? "") : ""
        if (name in problems) setProblems(without(problems, name))
      }}
    >
      {children(problems)}
      <p class="problem" role="alert">
        {reason}
      </p>
      <div class="action-buttons">
        {cancel !== undefined && (
          <button type="button" class="button" onClick={cancel}>
            Cancel
          </button>
        )}
        <button
          type="submit"
          class={isDestructive ? "button danger" : "button primary"}
          aria-disabled={busy}
        >
          {action}
        </button>
      </div>
    </form>
  )
}

function without(problems: FieldProblems, name: string): FieldProblems {
  return Object.fromEntries(Object.entries(problems).filter(([field]) => field !== name))
}

function focusField(form: HTMLFormElement | null, name: string | undefined): void {
  const field = name === undefined ? null : form?.elements.namedItem(name)
  if (field instanceof HTMLElement) field.focus()
}
