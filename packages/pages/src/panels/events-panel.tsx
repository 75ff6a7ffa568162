import { bareName, type Channel } from "../channel.js"
import type { Entry } from "../feed.js"
import { useStore } from "../store.js"
import { Empty } from "./empty.js"
import { messageText } from "./message-text.js"
import { Panel } from "./panel.js"
import { Scroller } from "./scroller.js"
import { Time } from "./time.js"

/** Any other channel: its events as they come. */
export function EventsPanel({ channel }: { readonly channel: Channel }) {
  const { entries } = useStore(channel.feed.state)
  const name = bareName(channel.name)
  return (
    <Panel channel={channel} kind="events">
      <Scroller spoken label={`Events in ${name}`}>
        {entries.length === 0 ? (
          <Empty>
            <code>npx instant publish {name} "Hello"</code>
          </Empty>
        ) : (
          <ol class="events">
            {entries.toReversed().map((entry) => (
              <Event key={entry.key} entry={entry} />
            ))}
          </ol>
        )}
      </Scroller>
    </Panel>
  )
}

function Event({ entry: { message } }: { readonly entry: Entry }) {
  return (
    <li class="row event-row">
      <span class="row-text">{messageText(message)}</span>
      {message.eventClass !== "" && <span class="chip">{message.eventClass}</span>}
      <Time date={message.date} />
    </li>
  )
}
