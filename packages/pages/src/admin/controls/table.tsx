import type { ComponentChildren } from "preact"

/** A column of a table. */
export interface Column<T> {
  readonly heading: string
  /** How wide, and whether it is a number. */
  readonly kind?: "main" | "number" | "actions" | "wide"
  readonly cell: (row: T) => ComponentChildren
}

interface TableProps<T> {
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly rowKey: (row: T) => string | number
  /** What is shown when there is no row. */
  readonly empty: ComponentChildren
}

/** Rows of things; where it is narrow each is a card, and its cells say what they are. */
export function Table<T>({ label, columns, rows, rowKey, empty }: TableProps<T>) {
  if (rows.length === 0) return <>{empty}</>
  return (
    <table class="table" aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ heading, kind }) => (
            <th key={heading} scope="col" data-kind={kind}>
              {kind === "actions" ? <span class="visually-hidden">{heading}</span> : heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)}>
            {columns.map(({ heading, kind, cell }) => (
              <td key={heading} data-kind={kind} data-heading={heading}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
