import { useEffect, useRef } from "preact/hooks"
import { bareName, type Channel } from "../channel.js"
import { ChatPanel } from "../panels/chat-panel.js"
import { EventsPanel } from "../panels/events-panel.js"
import { HitsPanel } from "../panels/hits-panel.js"
import { SignInsPanel } from "../panels/sign-ins-panel.js"
import { VitalsPanel } from "../panels/vitals-panel.js"
import type { Session } from "../session.js"
import { Toolbar } from "./toolbar.js"

interface DashboardProps {
  readonly session: Session
  readonly user: string
  readonly channels: readonly Channel[]
}

/** A panel for each channel that the signed-in person may see. */
export function Dashboard({ session, user, channels }: DashboardProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  // The form that had the focus is gone; a screen reader goes on here.
  useEffect(() => heading.current?.focus(), [])
  const own = channels.filter(({ name }) => session.demoChannels.includes(bareName(name)))
  const others = channels.filter((channel) => !own.includes(channel))
  return (
    <div class="dashboard">
      <h1 class="visually-hidden" tabIndex={-1} ref={heading}>
        Live channels
      </h1>
      <Toolbar session={session} />
      <div class="panels">
        {own.map((channel) => (
          <DemoPanel key={channel.name} channel={channel} user={user} />
        ))}
      </div>
      <div class="panels other-panels">
        {others.map((channel) => (
          <EventsPanel key={channel.name} channel={channel} />
        ))}
      </div>
    </div>
  )
}

function DemoPanel({ channel, user }: { readonly channel: Channel; readonly user: string }) {
  switch (bareName(channel.name)) {
    case "hits":
      return <HitsPanel channel={channel} />
    case "sign-ins":
      return <SignInsPanel channel={channel} />
    case "vitals":
      return <VitalsPanel channel={channel} />
    default:
      return <ChatPanel channel={channel} user={user} />
  }
}
