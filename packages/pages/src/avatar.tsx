/** Initials in the person's own colour. */
export function Avatar({ name }: { readonly name: string }) {
  return (
    <span class="avatar" style={{ "--hue": String(hue(name)) }} aria-hidden="true">
      {name.slice(0, 1).toUpperCase()}
    </span>
  )
}

/** The same name has the same colour everywhere, and similar names have distant ones. */
function hue(name: string): number {
  let hash = 0
  for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 360
  return (hash * 137) % 360
}
