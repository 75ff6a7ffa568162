import { useState } from "preact/hooks"
import { Empty } from "../../panels/empty.js"
import type { AdminChannel } from "../api/answers.js"
import { Ask } from "../controls/ask.js"
import { Chips } from "../controls/chips.js"
import { FilterInput } from "../controls/filter-input.js"
import { Loaded } from "../controls/loaded.js"
import { PageHead } from "../controls/page-head.js"
import { type Column, Table } from "../controls/table.js"
import { formatNumber } from "../format.js"
import { hashOf } from "../route.js"
import { useAdmin } from "../use-admin.js"
import { useResource } from "../use-resource.js"
import { ChannelDialog } from "./channel-dialog.js"
import { LevelChip } from "./level-chip.js"

/** The channels: who may see each, and how many do. */
export function ChannelsPage() {
  const admin = useAdmin()
  const channels = useResource(() => admin.api.channels(), { every: 10_000 })
  const [filter, setFilter] = useState("")
  const [edited, setEdited] = useState<AdminChannel | "new">()
  const done = (text: string) => {
    admin.tell(text)
    void channels.reload()
  }
  return (
    <>
      <PageHead title="Channels">
        <FilterInput label="Filter channels" value={filter} setValue={setFilter} />
        <button type="button" class="button primary" onClick={() => setEdited("new")}>
          New channel
        </button>
      </PageHead>
      <section class="card part" aria-label="Channels">
        <Loaded resource={channels}>
          {(all) => (
            <ChannelTable
              channels={all}
              filter={filter}
              edit={setEdited}
              removed={(name) => done(`${name} is removed.`)}
            />
          )}
        </Loaded>
      </section>
      {edited !== undefined && (
        <ChannelDialog
          {...(edited !== "new" && { channel: edited })}
          close={() => setEdited(undefined)}
          done={({ name }) => done(edited === "new" ? `${name} is made.` : `${name} is saved.`)}
        />
      )}
    </>
  )
}

interface ChannelTableProps {
  readonly channels: readonly AdminChannel[]
  readonly filter: string
  readonly edit: (channel: AdminChannel) => void
  readonly removed: (name: string) => void
}

function ChannelTable({ channels, filter, edit, removed }: ChannelTableProps) {
  const { api } = useAdmin()
  const words = filter.trim().toLowerCase()
  const rows = channels.filter(({ name, level, groups }) =>
    [name, level, ...groups].some((text) => text.toLowerCase().includes(words)),
  )
  const columns: readonly Column<AdminChannel>[] = [
    {
      heading: "Channel",
      kind: "main",
      cell: ({ name, isActive }) => (
        <>
          <a href={hashOf({ page: "channel", name, tab: "live" })}>{name}</a>
          {!isActive && <span class="chip off">off</span>}
        </>
      ),
    },
    { heading: "Level", cell: ({ level }) => <LevelChip level={level} /> },
    { heading: "Groups", kind: "wide", cell: ({ groups }) => <Chips names={groups} most={4} /> },
    {
      heading: "Subscribers",
      kind: "number",
      cell: ({ subscribers }) => (subscribers === null ? "–" : formatNumber(subscribers)),
    },
    {
      heading: "Actions",
      kind: "actions",
      cell: (channel) => (
        <>
          <button
            type="button"
            class="button quiet"
            aria-label={`Edit ${channel.name}`}
            onClick={() => edit(channel)}
          >
            Edit
          </button>
          <RemoveChannel
            name={channel.name}
            remove={async () => {
              await api.removeChannel(channel.name)
              removed(channel.name)
            }}
          />
        </>
      ),
    },
  ]
  return (
    <Table
      label="Channels"
      columns={columns}
      rows={rows}
      rowKey={({ name }) => name}
      empty={
        <div class="nothing">
          <Empty>
            {channels.length === 0
              ? "There is no channel yet. Make the first one above."
              : `No channel has “${filter}” in its name, level or groups.`}
          </Empty>
        </div>
      }
    />
  )
}

function RemoveChannel(props: { readonly name: string; readonly remove: () => Promise<void> }) {
  return (
    <Ask
      action="Remove"
      label={`Remove ${props.name}`}
      question={`Remove ${props.name}?`}
      confirm={props.remove}
    >
      Who follows it loses it at once, and nobody can join it any more.
    </Ask>
  )
}
