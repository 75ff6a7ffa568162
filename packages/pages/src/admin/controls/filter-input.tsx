interface FilterInputProps {
  readonly label: string
  readonly value: string
  readonly setValue: (value: string) => void
}

/** Narrows a list while one types; Escape empties it. */
export function FilterInput({ label, value, setValue }: FilterInputProps) {
  return (
    <input
      type="search"
      class="filter"
      aria-label={label}
      placeholder={label}
      autocomplete="off"
      spellcheck={false}
      value={value}
      onInput={(event) => setValue(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape") setValue("")
      }}
    />
  )
}
