import { useState } from "preact/hooks"
import { ChannelDialog } from "../channels/channel-dialog.js"
import { LevelChip } from "../channels/level-chip.js"
import { Chips } from "../controls/chips.js"
import { PageHead } from "../controls/page-head.js"
import { type ChannelTab, channelTabs, hashOf } from "../route.js"
import { useAdmin } from "../use-admin.js"
import { useResource } from "../use-resource.js"
import { HistoryPanel } from "./history-panel.js"
import { LivePanel } from "./live-panel.js"
import { PresencePanel } from "./presence-panel.js"
import { PublishPanel } from "./publish-panel.js"

interface ChannelPageProps {
  readonly name: string
  readonly tab: ChannelTab
}

/** One channel: what comes, what came, who is there, and a form to publish. */
export function ChannelPage({ name, tab }: ChannelPageProps) {
  const admin = useAdmin()
  const channels = useResource(() => admin.api.channels())
  const [editing, setEditing] = useState(false)
  const channel = channels.value?.find((each) => each.name === name)
  return (
    <>
      <p class="way-back">
        <a href={hashOf({ page: "channels" })}>Channels</a>
      </p>
      <PageHead
        title={name}
        beside={
          channel !== undefined && (
            <>
              <LevelChip level={channel.level} />
              {channel.groups.length > 0 && <Chips names={channel.groups} most={6} />}
              {!channel.isActive && <span class="chip off">off</span>}
            </>
          )
        }
      >
        <button
          type="button"
          class="button"
          disabled={channel === undefined}
          onClick={() => setEditing(true)}
        >
          Edit
        </button>
      </PageHead>
      {channels.value !== undefined && channel === undefined && (
        <p class="broken">There is no channel of this name in the list, though events may pass.</p>
      )}
      <nav class="tabs" aria-label={`Parts of ${name}`}>
        {channelTabs.map((each) => (
          <a
            key={each.tab}
            href={hashOf({ page: "channel", name, tab: each.tab })}
            aria-current={each.tab === tab ? "page" : undefined}
          >
            {each.title}
          </a>
        ))}
      </nav>
      <Part name={name} tab={tab} />
      {editing && channel !== undefined && (
        <ChannelDialog
          channel={channel}
          close={() => setEditing(false)}
          done={() => {
            admin.tell(`${name} is saved.`)
            void channels.reload()
          }}
        />
      )}
    </>
  )
}

function Part({ name, tab }: ChannelPageProps) {
  switch (tab) {
    case "live":
      return <LivePanel channel={name} />
    case "publish":
      return <PublishPanel channel={name} />
    case "history":
      return <HistoryPanel channel={name} />
    case "presence":
      return <PresencePanel channel={name} />
  }
}
