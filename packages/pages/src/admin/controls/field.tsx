import type { ComponentChildren } from "preact"
import { useId } from "preact/hooks"

/** What a field's control must carry, so that its label, hint and problem are read with it. */
export interface FieldLinks {
  readonly id: string
  readonly "aria-describedby": string
  readonly "aria-invalid": boolean
}

interface FieldProps {
  readonly label: string
  /** A few words below. */
  readonly hint?: ComponentChildren
  readonly problem: string | undefined
  readonly children: (links: FieldLinks) => ComponentChildren
}

/** A control with its label, and below it a hint or what is wrong. */
export function Field({ label, hint, problem, children }: FieldProps) {
  const id = useId()
  const note = `${id}-note`
  const links = { id, "aria-describedby": note, "aria-invalid": problem !== undefined }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(links)}
      <p class={problem === undefined ? "hint" : "problem"} id={note} aria-live="polite">
        {problem ?? hint}
      </p>
    </div>
  )
}
