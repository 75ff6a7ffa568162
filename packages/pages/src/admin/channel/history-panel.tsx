import { Empty } from "../../panels/empty.js"
import type { Position, Publication } from "../api/answers.js"
import { Loaded } from "../controls/loaded.js"
import { formatNumber } from "../format.js"
import { useAdmin } from "../use-admin.js"
import { PART, useOlder } from "../use-older.js"
import { useResource } from "../use-resource.js"
import { ChannelEvent } from "./channel-event.js"
import { EventRow } from "./event-row.js"

/** What was published in a channel, the newest first, back to where its history begins. */
export function HistoryPanel({ channel }: { readonly channel: string }) {
  const { api } = useAdmin()
  const newest = useResource(() => api.history(channel, PART))
  return (
    <section class="card part" aria-label={`History of ${channel}`} data-testid="history">
      <div class="part-tools">
        <span class="hint">
          {newest.value && <PositionWords position={newest.value.position} />}
        </span>
        <span class="tools-end">
          <button type="button" class="button" onClick={() => void newest.reload()}>
            Reload
          </button>
        </span>
      </div>
      <Loaded resource={newest}>
        {({ publications, position }) =>
          publications.length === 0 ? (
            <div class="nothing">
              <Empty>Its history holds no events.</Empty>
            </div>
          ) : (
            <Pages channel={channel} newest={publications} epoch={position.epoch} />
          )
        }
      </Loaded>
    </section>
  )
}

function PositionWords({ position }: { readonly position: Position }) {
  return (
    <>
      Newest at <strong>{formatNumber(position.offset)}</strong>
      {position.epoch !== "" && (
        <>
          {" "}
          of epoch <code>{position.epoch}</code>
        </>
      )}
    </>
  )
}

interface PagesProps {
  readonly channel: string
  readonly newest: readonly Publication[]
  readonly epoch: string
}

function Pages({ channel, newest, epoch }: PagesProps) {
  const { api } = useAdmin()
  const { all, isWhole, problem, more } = useOlder(newest, async (last) => {
    const since = { offset: last?.offset ?? 0, epoch }
    return (await api.history(channel, PART, since)).publications
  })
  return (
    <>
      <ol class="events" aria-label={`History of ${channel}, the newest first`}>
        {all.map(({ offset, data }) => (
          <EventRow key={offset} event={new ChannelEvent(data, offset)} />
        ))}
      </ol>
      <footer class="part-foot">
        <p class="problem" role="alert">
          {problem}
        </p>
        {isWhole ? (
          <p class="hint">This is where its history begins.</p>
        ) : (
          <button type="button" class="button" onClick={() => void more()}>
            Show older
          </button>
        )}
      </footer>
    </>
  )
}
