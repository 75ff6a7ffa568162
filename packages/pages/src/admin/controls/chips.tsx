interface ChipsProps {
  readonly names: readonly string[]
  /** How many are shown at most; the rest is counted. @default all */
  readonly most?: number
}

/** Short names in a row. */
export function Chips({ names, most = names.length }: ChipsProps) {
  if (names.length === 0) return <span class="none">–</span>
  const rest = names.slice(most)
  return (
    <span class="chips">
      {names.slice(0, most).map((name) => (
        <span key={name} class="chip">
          {name}
        </span>
      ))}
      {rest.length > 0 && (
        <span class="chip" title={rest.join(", ")}>
          +{rest.length}
        </span>
      )}
    </span>
  )
}
