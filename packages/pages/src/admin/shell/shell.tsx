import { AuditPage } from "../audit/audit-page.js"
import { ChannelPage } from "../channel/channel-page.js"
import { ChannelsPage } from "../channels/channels-page.js"
import { ConnectionsPage } from "../connections/connections-page.js"
import { OutboxPage } from "../outbox/outbox-page.js"
import { Overview } from "../overview/overview.js"
import { PeoplePage } from "../people/people-page.js"
import type { Route } from "../route.js"
import { useRoute } from "../use-route.js"
import { Navigation } from "./navigation.js"
import { Notice } from "./notice.js"

/** The sections, and the one that is shown. */
export function Shell() {
  const route = useRoute()
  return (
    <div class="shell">
      <Navigation current={route.page === "channel" ? "channels" : route.page} />
      <main class="content" id="main" tabIndex={-1}>
        <Page route={route} />
      </main>
      <Notice />
    </div>
  )
}

function Page({ route }: { readonly route: Route }) {
  switch (route.page) {
    case "overview":
      return <Overview />
    case "channels":
      return <ChannelsPage />
    case "channel":
      return <ChannelPage key={route.name} name={route.name} tab={route.tab} />
    case "users":
      return <PeoplePage />
    case "connections":
      return <ConnectionsPage />
    case "outbox":
      return <OutboxPage />
    case "audit":
      return <AuditPage />
  }
}
