import { useEffect, useState } from "preact/hooks"
import { ConnectionState } from "../../connection-state.js"
import type { Entry } from "../../feed.js"
import { Empty } from "../../panels/empty.js"
import { useStore } from "../../store.js"
import { FilterInput } from "../controls/filter-input.js"
import { formatCount, formatNumber } from "../format.js"
import { useAdmin } from "../use-admin.js"
import type { ChannelEvent } from "./channel-event.js"
import { EventRow } from "./event-row.js"
import { LiveStream } from "./live-stream.js"

interface Pause {
  readonly entries: readonly Entry<ChannelEvent>[]
  readonly total: number
}

/** The events of a channel as they come: to search, to filter by class, to stop and look. */
export function LivePanel({ channel }: { readonly channel: string }) {
  const stream = useStream(channel)
  const { entries, total } = useStore(stream.feed.state)
  const [pause, setPause] = useState<Pause>()
  const [search, setSearch] = useState("")
  const [eventClass, setEventClass] = useState("")
  const shown = pause?.entries ?? entries
  const classes = [...new Set(shown.map(({ message }) => message.eventClass))].filter(Boolean)
  const found = shown.filter(
    ({ message }) =>
      (eventClass === "" || message.eventClass === eventClass) &&
      (search === "" || message.has(search)),
  )
  return (
    <section class="card part live" aria-label={`Live events of ${channel}`} data-testid="live">
      <div class="part-tools">
        <FilterInput label="Search in events" value={search} setValue={setSearch} />
        <select
          aria-label="Event class"
          value={eventClass}
          onChange={(event) => setEventClass(event.currentTarget.value)}
        >
          <option value="">All classes</option>
          {[...new Set([...classes, ...(eventClass === "" ? [] : [eventClass])])].map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <button
          type="button"
          class="button pause"
          aria-pressed={pause !== undefined}
          onClick={() => setPause(pause === undefined ? { entries, total } : undefined)}
        >
          {pause === undefined ? "Pause" : `Go on (${formatNumber(total - pause.total)} new)`}
        </button>
        <span class="tools-end">
          {total > 0 && <span class="hint">{formatCount(total, "event")}</span>}
          <ConnectionState state={stream.state} />
        </span>
      </div>
      <StreamProblem stream={stream} />
      {found.length === 0 ? (
        <div class="nothing">
          <Empty>{wordsForNothing(shown.length)}</Empty>
        </div>
      ) : (
        <ol class="events" aria-label={`Events of ${channel}, the newest first`}>
          {found.toReversed().map(({ key, message }) => (
            <EventRow key={key} event={message} />
          ))}
        </ol>
      )}
    </section>
  )
}

function StreamProblem({ stream }: { readonly stream: LiveStream }) {
  const problem = useStore(stream.problem)
  if (problem === undefined) return null
  return (
    <div class="broken" role="alert">
      <p>{problem}</p>
      <button type="button" class="button" onClick={() => void stream.open()}>
        Try again
      </button>
    </div>
  )
}

function wordsForNothing(arrived: number): string {
  return arrived === 0
    ? "Events appear here as they are published."
    : "None of the events that came match."
}

/** A stream that lives as long as the component. */
function useStream(channel: string): LiveStream {
  const admin = useAdmin()
  const view = admin.view.value
  const url = view.kind === "signedIn" ? view.session.websocketUrl : undefined
  const [stream] = useState(() => new LiveStream(admin.api, channel, url))
  useEffect(() => {
    void stream.open()
    return () => stream.close()
  }, [stream])
  return stream
}
