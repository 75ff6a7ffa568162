import type { Channel } from "../channel.js"
import { RateChart } from "../charts/rate-chart.js"
import { ping } from "../demo-api.js"
import type { Entry } from "../feed.js"
import { useStore } from "../store.js"
import { dataField } from "./data-field.js"
import { Empty } from "./empty.js"
import { messageText } from "./message-text.js"
import { Panel } from "./panel.js"
import { Scroller } from "./scroller.js"

/** Every HTTP request to the server as it happens. */
export function HitsPanel({ channel }: { readonly channel: Channel }) {
  const { entries } = useStore(channel.feed.state)
  return (
    <Panel
      channel={channel}
      kind="hits"
      action={
        <button type="button" class="button quiet" onClick={() => void ping().catch(() => {})}>
          Send a request
        </button>
      }
    >
      <RateChart tally={channel.feed.tally} />
      <Scroller label="Requests" spoken={false}>
        {entries.length === 0 ? (
          <Empty>Each request to this server appears here, whoever makes it.</Empty>
        ) : (
          <RequestTable entries={entries} />
        )}
      </Scroller>
    </Panel>
  )
}

function RequestTable({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <table class="requests">
      <thead>
        <tr>
          <th class="method">Method</th>
          <th>Path</th>
          <th class="number status">Status</th>
          <th class="number duration">ms</th>
        </tr>
      </thead>
      <tbody>
        {entries.toReversed().map((entry) => (
          <RequestRow key={entry.key} entry={entry} />
        ))}
      </tbody>
    </table>
  )
}

function RequestRow({ entry: { message } }: { readonly entry: Entry }) {
  const { data } = message
  const status = dataField(data, "status")
  const duration = dataField(data, "duration")
  if (typeof status !== "number" || typeof duration !== "number") {
    return (
      <tr class="row">
        <td colSpan={4}>{messageText(message)}</td>
      </tr>
    )
  }
  const path = String(dataField(data, "path"))
  return (
    <tr class="row">
      <td class="method">{String(dataField(data, "method"))}</td>
      <td class="path" title={path}>
        {path}
      </td>
      <td class="number status" data-class={Math.floor(status / 100)}>
        {status}
      </td>
      <td class="number duration">{duration.toFixed(1)}</td>
    </tr>
  )
}
