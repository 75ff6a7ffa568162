import type { ErrorCount } from "../api/answers.js"
import { type Column, Table } from "../controls/table.js"
import { formatNumber } from "../format.js"

const kinds = {
  reply: "refused command",
  disconnect: "disconnect",
  http: "HTTP answer",
} as const satisfies Record<ErrorCount["kind"], string>

const columns: readonly Column<ErrorCount>[] = [
  { heading: "Code", kind: "main", cell: ({ code }) => <code>{code}</code> },
  { heading: "What", kind: "wide", cell: ({ text }) => text },
  { heading: "Kind", cell: ({ kind }) => <span class="chip">{kinds[kind]}</span> },
  { heading: "How often", kind: "number", cell: ({ count }) => formatNumber(count) },
]

/** Errors by their codes, the most frequent first. */
export function ErrorTable({ errors }: { readonly errors: readonly ErrorCount[] }) {
  return (
    <Table
      label="Errors of the last hour"
      columns={columns}
      rows={errors.toSorted((a, b) => b.count - a.count)}
      rowKey={({ kind, code }) => `${kind} ${code}`}
      empty={<p class="calm">No errors in the last hour.</p>}
    />
  )
}
