import type { ComponentChildren } from "preact"
import type { OutboxEntry, OutboxState } from "../api/answers.js"
import { Ask } from "../controls/ask.js"
import { Moment } from "../controls/moment.js"
import { type Column, Table } from "../controls/table.js"
import { formatNumber } from "../format.js"
import { useAdmin } from "../use-admin.js"

interface OutboxTableProps {
  readonly state: OutboxState
  readonly entries: readonly OutboxEntry[]
  readonly empty: ComponentChildren
  readonly retry: (entry: OutboxEntry) => void
  readonly discarded: () => void
}

/** Events of the outbox, each with what can be done to it. */
export function OutboxTable({ state, entries, empty, retry, discarded }: OutboxTableProps) {
  const { api } = useAdmin()
  const columns: readonly Column<OutboxEntry>[] = [
    { heading: "Channel", kind: "main", cell: ({ channel }) => channel },
    { heading: "Event", kind: "wide", cell: (entry) => <What entry={entry} /> },
    {
      heading: state === "waiting" ? "Accepted" : "Due",
      cell: ({ createdAt, dueAt }) => <Moment at={state === "waiting" ? createdAt : dueAt} />,
    },
    { heading: "Attempts", kind: "number", cell: ({ attempts }) => formatNumber(attempts) },
    {
      heading: "Actions",
      kind: "actions",
      cell: (entry) => (
        <>
          {state === "failed" && (
            <button
              type="button"
              class="button quiet"
              aria-label={`Retry ${entry.channel}, ${entry.id}`}
              onClick={() => retry(entry)}
            >
              Retry
            </button>
          )}
          <Ask
            action="Discard"
            label={`Discard ${entry.channel}, ${entry.id}`}
            question="Discard this event?"
            confirm={async () => {
              await api.discard(entry.id)
              discarded()
            }}
          >
            Nobody will ever receive it.
          </Ask>
        </>
      ),
    },
  ]
  return (
    <Table
      label={`Events that are ${state}`}
      columns={columns}
      rows={entries}
      rowKey={({ id }) => id}
      empty={empty}
    />
  )
}

function What({ entry: { message, eventClass, lastError } }: { readonly entry: OutboxEntry }) {
  return (
    <span class="stacked">
      <span>
        {eventClass !== undefined && <span class="chip">{eventClass}</span>}{" "}
        {typeof message === "string" ? message : message !== undefined && JSON.stringify(message)}
      </span>
      {lastError !== null && <span class="problem">{lastError}</span>}
    </span>
  )
}
