interface CheckboxProps {
  readonly name: string
  readonly label: string
  /** A few words below. */
  readonly hint?: string
  readonly checked: boolean
}

/** A yes or no of a form. */
export function Checkbox({ name, label, hint, checked }: CheckboxProps) {
  return (
    <label class="checkbox">
      <input type="checkbox" name={name} defaultChecked={checked} />
      <span>
        {label}
        {hint !== undefined && <span class="hint">{hint}</span>}
      </span>
    </label>
  )
}
