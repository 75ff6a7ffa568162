import { Avatar } from "../../avatar.js"
import { Empty } from "../../panels/empty.js"
import type { PresentMember } from "../api/answers.js"
import { Loaded } from "../controls/loaded.js"
import { type Column, Table } from "../controls/table.js"
import { formatCount } from "../format.js"
import { useAdmin } from "../use-admin.js"
import { useResource } from "../use-resource.js"

const columns: readonly Column<PresentMember>[] = [
  {
    heading: "User",
    kind: "main",
    cell: ({ user }) =>
      user === "" ? (
        <span class="none">anonymous</span>
      ) : (
        <span class="named">
          <Avatar name={user} />
          {user}
        </span>
      ),
  },
  { heading: "Client", kind: "wide", cell: ({ client }) => <code>{client}</code> },
]

/** Who is subscribed to a channel now. */
export function PresencePanel({ channel }: { readonly channel: string }) {
  const { api } = useAdmin()
  const presence = useResource(() => api.presence(channel), { every: 3000 })
  return (
    <section class="card part" aria-label={`Presence in ${channel}`} data-testid="presence">
      <div class="part-tools">
        <span class="hint">{presence.value && wordsFor(presence.value)}</span>
      </div>
      <Loaded resource={presence}>
        {({ members }) => (
          <Table
            label={`Presence in ${channel}`}
            columns={columns}
            rows={members}
            rowKey={({ client }) => client}
            empty={
              <div class="nothing">
                <Empty>Nobody follows this channel now.</Empty>
              </div>
            }
          />
        )}
      </Loaded>
    </section>
  )
}

function wordsFor(presence: { readonly members: readonly unknown[]; readonly total: number }) {
  const clients = formatCount(presence.total, "client")
  const { length } = presence.members
  return length < presence.total ? `${clients}, the first ${length}` : clients
}
