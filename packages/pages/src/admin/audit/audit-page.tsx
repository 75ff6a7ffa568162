import { Avatar } from "../../avatar.js"
import { Empty } from "../../panels/empty.js"
import type { AuditEntry } from "../api/answers.js"
import { Loaded } from "../controls/loaded.js"
import { Moment } from "../controls/moment.js"
import { PageHead } from "../controls/page-head.js"
import { type Column, Table } from "../controls/table.js"
import { useAdmin } from "../use-admin.js"
import { PART, useOlder } from "../use-older.js"
import { useResource } from "../use-resource.js"

const columns: readonly Column<AuditEntry>[] = [
  {
    heading: "Who",
    kind: "main",
    cell: ({ actor }) => (
      <span class="named">
        <Avatar name={actor} />
        {actor}
      </span>
    ),
  },
  { heading: "Did", cell: ({ action }) => <span class="chip">{action}</span> },
  { heading: "To", cell: ({ target }) => target },
  { heading: "Details", kind: "wide", cell: ({ details }) => <Details details={details} /> },
  { heading: "When", kind: "number", cell: ({ at }) => <Moment at={at} /> },
]

/** Who did what in the admin, the newest first. */
export function AuditPage() {
  const { api } = useAdmin()
  const newest = useResource(() => api.audit(PART))
  return (
    <>
      <PageHead title="Audit">
        <button type="button" class="button" onClick={() => void newest.reload()}>
          Reload
        </button>
      </PageHead>
      <section class="card part" aria-label="Audit">
        <Loaded resource={newest}>{(entries) => <Pages newest={entries} />}</Loaded>
      </section>
    </>
  )
}

function Pages({ newest }: { readonly newest: readonly AuditEntry[] }) {
  const { api } = useAdmin()
  const { all, isWhole, problem, more } = useOlder(newest, (last) => api.audit(PART, last?.id))
  return (
    <>
      <Table
        label="Audit"
        columns={columns}
        rows={all}
        rowKey={({ id }) => id}
        empty={
          <div class="nothing">
            <Empty>Nobody has done anything here yet.</Empty>
          </div>
        }
      />
      {all.length > 0 && !isWhole && (
        <footer class="part-foot">
          <p class="problem" role="alert">
            {problem}
          </p>
          <button type="button" class="button" onClick={() => void more()}>
            Show older
          </button>
        </footer>
      )}
    </>
  )
}

function Details({ details }: { readonly details: unknown }) {
  const entries = Object.entries(Object(details)).filter(([, value]) => value !== undefined)
  if (entries.length === 0) return <span class="none">–</span>
  return (
    <span class="details">
      {entries.map(([name, value]) => (
        <span key={name}>
          {name} <code>{typeof value === "string" ? value : JSON.stringify(value)}</code>
        </span>
      ))}
    </span>
  )
}
