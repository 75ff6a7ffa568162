import { Avatar } from "../../avatar.js"
import { Empty } from "../../panels/empty.js"
import { useNow } from "../../use-now.js"
import type { Connection } from "../api/answers.js"
import { Ask } from "../controls/ask.js"
import { Chips } from "../controls/chips.js"
import { type Column, Table } from "../controls/table.js"
import { formatSpan } from "../format.js"
import { useAdmin } from "../use-admin.js"

interface ConnectionTableProps {
  readonly rows: readonly Connection[]
  /** What is said when there is none. */
  readonly empty: string
  /** Hears whose connection was ended. */
  readonly ended: (user: string) => void
}

/** Connections, each with the button that ends it. */
export function ConnectionTable({ rows, empty, ended }: ConnectionTableProps) {
  const { api } = useAdmin()
  const now = useNow(1000)
  const columns: readonly Column<Connection>[] = [
    { heading: "User", kind: "main", cell: ({ user }) => <Who user={user} /> },
    { heading: "Address", cell: ({ address }) => <code>{address || "–"}</code> },
    {
      heading: "Client",
      cell: ({ transport, protocol, name, version }) => (
        <span title={`${name} ${version}`.trim()}>
          {transport} <span class="none">{protocol}</span>
        </span>
      ),
    },
    {
      heading: "Channels",
      kind: "wide",
      cell: ({ channels }) => <Chips names={channels.map(shortName)} most={6} />,
    },
    {
      heading: "Since",
      kind: "number",
      cell: ({ since }) => (
        <time dateTime={new Date(since).toISOString()} title={new Date(since).toLocaleString()}>
          {formatSpan((now - since) / 1000)}
        </time>
      ),
    },
    {
      heading: "Actions",
      kind: "actions",
      cell: ({ client, user }) => (
        <Ask
          action="Disconnect"
          label={`Disconnect ${user || "anonymous"}, client ${client}`}
          question={`Disconnect ${user || "this anonymous client"}?`}
          confirm={async () => {
            await api.disconnect(client, user)
            ended(user || "an anonymous client")
          }}
        >
          Only this connection ends. Who is still signed in may connect again.
        </Ask>
      ),
    },
  ]
  return (
    <Table
      label="Connections"
      columns={columns}
      rows={rows}
      rowKey={({ client }) => client}
      empty={
        <div class="nothing">
          <Empty>{empty}</Empty>
        </div>
      }
    />
  )
}

/** The channel of one user has a name that says nothing to people. */
function shortName(channel: string): string {
  return /^\$?@/.test(channel) ? "@me" : channel
}

function Who({ user }: { readonly user: string }) {
  if (user === "") return <span class="none">anonymous</span>
  return (
    <span class="named">
      <Avatar name={user} />
      {user}
    </span>
  )
}
