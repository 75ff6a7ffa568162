import { useState } from "preact/hooks"
import { Time } from "../../panels/time.js"
import type { ChannelEvent } from "./channel-event.js"

/** One event in a line, which opens to all of it. */
export function EventRow({ event }: { readonly event: ChannelEvent }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <li class="event">
      <details onToggle={(toggled) => setOpen(toggled.currentTarget.open)}>
        <summary>
          <Time date={event.date} />
          {event.offset !== undefined && <span class="offset">{event.offset}</span>}
          <span class="event-text">{event.text}</span>
          {event.eventClass !== "" && <span class="chip">{event.eventClass}</span>}
        </summary>
        {isOpen && <pre>{JSON.stringify(event.whole, undefined, 2)}</pre>}
      </details>
    </li>
  )
}
