/** Rows as a text whose columns begin below each other. */
export function table(rows: ReadonlyArray<readonly string[]>): string {
  const shown = rows.map((row) => row.map(printable))
  const widths = shown.reduce<readonly number[]>(
    (known, row) => row.map((cell, column) => Math.max(cell.length, known[column] ?? 0)),
    [],
  )
  return shown
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")
}

/** A text in one line that changes nothing of a terminal, whoever wrote it. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (sign) => JSON.stringify(sign).slice(1, -1))
}
