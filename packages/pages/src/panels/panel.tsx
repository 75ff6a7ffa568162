import type { ComponentChildren } from "preact"
import { bareName, type Channel } from "../channel.js"
import { useStore } from "../store.js"

interface PanelProps {
  readonly channel: Channel
  readonly kind: "hits" | "chat" | "sign-ins" | "vitals" | "events"
  /** Stands at the end of the heading. */
  readonly action?: ComponentChildren
  readonly children: ComponentChildren
}

/** The frame of every channel: its name, who may see it, how much came. */
export function Panel({ channel, kind, action, children }: PanelProps) {
  const name = bareName(channel.name)
  const { total } = useStore(channel.feed.state)
  return (
    <section
      class={`card panel panel-${kind}`}
      aria-labelledby={`channel-${name}`}
      data-testid={`panel-${name}`}
    >
      <header class="panel-header">
        <h2 id={`channel-${name}`}>{name}</h2>
        <span class="chip" title="Who may see this channel">
          {channel.level}
        </span>
        <span class="panel-total" data-testid="total">
          {total > 0 && total.toLocaleString("en")}
        </span>
        {action}
      </header>
      {children}
    </section>
  )
}
